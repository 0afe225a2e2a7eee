/** Which traits a list shows, in groups by topic; and how far a trait reaches through others. */
import type { Language } from '@/client/language';
import type { Origin, Topic, Trait, TraitUse } from './queries';
import { topicWords } from './words';

/** In the order in which lists show them. */
export const TOPICS = Object.keys(topicWords.en) as Topic[];
/** The types that formulas take. */
export const NUMBERS: ReadonlySet<string> = new Set(['integer', 'number', 'money']);
export const ORIGINS: Origin[] = ['built_in', 'own', 'offered'];

export interface Asked {
  q: string;
  topic: string;
  origin: string;
}

const spoken = (language: Language) => (language === 'zh-CN' ? 'zh' : 'en');

/** A trait is found by its name, its code or a word of its definition. */
export const matches = (trait: Trait, { q, origin }: Asked, language: Language): boolean => {
  const at = spoken(language);
  const text = `${trait.label[at]} ${trait.name} ${trait.definition[at]}`.toLowerCase();
  return (!origin || trait.origin === origin) && text.includes(q.toLowerCase());
};

export interface Group {
  topic: Topic;
  traits: Trait[];
}

/** The traits found, in groups that hold any; the topic asked for alone narrows the groups. */
export function groupsOf(traits: Trait[], asked: Asked, language: Language): Group[] {
  const found = traits.filter((trait) => matches(trait, asked, language));
  return TOPICS.map((topic) => ({ topic, traits: found.filter((trait) => trait.topic === topic) })).filter(
    (group) => group.traits.length > 0,
  );
}

/** A name from the middle of sentences as it stands alone. */
export const titled = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What uses a trait by way of other traits: everything that a change of it reaches, without what names it itself. */
export function reachedThrough(name: string, uses: ReadonlyMap<string, TraitUse[]>): TraitUse[] {
  const direct = new Set((uses.get(name) ?? []).map(({ kind, key }) => `${kind}/${key}`));
  const seen = new Set([name]);
  const found = new Map<string, TraitUse>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const use of uses.get(next) ?? []) {
      const id = `${use.kind}/${use.key}`;
      if (!direct.has(id)) found.set(id, use);
      if (use.kind === 'trait' && !seen.has(use.key)) {
        seen.add(use.key);
        waiting.push(use.key);
      }
    }
  return [...found.values()];
}
