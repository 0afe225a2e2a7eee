/** Traits in groups by topic: what each means, its unit, where it comes from and how much uses it. */
import { Link } from 'react-router';
import { Definition } from '@/ui/definition';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { ColorTag } from '@/ui/tags';
import { said } from '@/ui/trait-value';
import { useTraitWords } from '@/ui/trait-words';
import type { Group } from '../listing';
import type { Origin, Trait, TraitUse } from '../queries';
import { originWords, topicWords, words } from '../words';

const ORIGIN_COLOR = { built_in: 'grey', own: 'indigo', offered: 'teal' } as const;

export function OriginTag({ origin }: { origin: Origin }) {
  const w = useWords(originWords);
  return <ColorTag color={ORIGIN_COLOR[origin]}>{w[origin]}</ColorTag>;
}

function Row({ trait, users }: { trait: Trait; users: number }) {
  const w = useWords(words);
  const t = useTraitWords();
  const language = useLanguage();
  return (
    <tr>
      <td>
        <Link to={`/traits/${trait.name}`}>{said(trait.label)[language]}</Link>
        <br />
        <code className="quiet">{trait.name}</code>
      </td>
      <td>{said(trait.definition)[language]}</td>
      <td>{t.measureOf(trait)}</td>
      <td>
        <OriginTag origin={trait.origin} />
      </td>
      <td className="num">{users > 0 ? <Num value={users} /> : <span className="quiet">{w.noUse}</span>}</td>
    </tr>
  );
}

export function TopicTable({ groups, uses }: { groups: Group[]; uses: ReadonlyMap<string, TraitUse[]> }) {
  const w = useWords(words);
  const topics = useWords(topicWords);
  return (
    <table className="traits" aria-label={w.list}>
      <thead className="traits-head">
        <tr>
          <th scope="col" className="traits-name">
            {w.name}
          </th>
          <th scope="col">{w.definition}</th>
          <th scope="col" className="traits-unit">
            {w.unit}
          </th>
          <th scope="col" className="traits-origin">
            {w.origin}
          </th>
          <th scope="col" className="num traits-uses">
            <Definition of={{ definition: w.usesMeaning, unit: w.usesUnit }}>{w.uses}</Definition>
          </th>
        </tr>
      </thead>
      {groups.map(({ topic, traits }) => (
        <tbody key={topic}>
          <tr>
            <th colSpan={5} scope="rowgroup" className="traits-topic">
              {topics[topic]} <small className="unit num">{traits.length}</small>
            </th>
          </tr>
          {traits.map((trait) => (
            <Row key={trait.name} trait={trait} users={uses.get(trait.name)?.length ?? 0} />
          ))}
        </tbody>
      ))}
    </table>
  );
}
