/** The conditions of a segment in words, as far as the catalogue knows them. */
import type { Trait } from '@/ui/trait-value';

export interface SentenceWords {
  language: 'zh-CN' | 'en';
  and: string;
  or: string;
  not: (inner: string) => string;
  everybody: string;
  withinDays: (trait: string, days: unknown) => string;
  operators: Record<string, string>;
  /** A value of this trait as people say it. */
  value: (trait: Trait | undefined, value: unknown) => string;
}

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

function conditionText(node: Node, traits: Map<string, Trait>, w: SentenceWords): string {
  const trait = traits.get(String(node.trait));
  const name = trait ? trait.label[w.language === 'en' ? 'en' : 'zh'] : String(node.trait);
  if (node.op === 'within_days') return w.withinDays(name, node.value);
  const operator = w.operators[String(node.op)] ?? String(node.op);
  const values = (Array.isArray(node.value) ? node.value : [node.value]).filter((each) => each != null);
  const said = values.map((each) => w.value(trait, each)).join(w.language === 'en' ? ', ' : '、');
  return [name, operator, said].filter(Boolean).join(' ');
}

/** Groups inside groups stand in brackets. */
export function sentenceOf(
  node: unknown,
  traits: Map<string, Trait>,
  w: SentenceWords,
  inside = false,
): string {
  if (!isNode(node)) return w.everybody;
  if (isNode(node.not)) return w.not(sentenceOf(node.not, traits, w));
  const [parts, joint] = Array.isArray(node.and) ? [node.and, w.and] : [node.or, w.or];
  if (!Array.isArray(parts)) return conditionText(node, traits, w);
  if (parts.length === 0) return w.everybody;
  const said = parts.map((part) => sentenceOf(part, traits, w, parts.length > 1)).join(joint);
  return inside && parts.length > 1 ? `(${said})` : said;
}
