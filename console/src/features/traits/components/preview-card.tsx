/** What real customers get: how many have a value, how the values spread, some customers masked. */
import { Card, Spin } from 'antd';
import { Link } from 'react-router';
import { Definition } from '@/ui/definition';
import { numText, percentText, timeText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { useBrand, useCan } from '@/ui/session';
import { EmptyBlock } from '@/ui/state-block';
import { said, type Trait, TraitValue } from '@/ui/trait-value';
import { useTraitWords } from '@/ui/trait-words';
import { editorWords } from '../editor-words';
import type { Preview } from '../queries';

const SPREAD = ['least', 'median', 'most', 'p25', 'mean', 'p75'] as const;
const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

interface Valued {
  found: Preview;
  /** What the values are shown as. */
  trait: Trait;
}

function Spread({ found, trait }: Valued) {
  const w = useWords(editorWords);
  const { spread } = found;
  if (!spread) return null;
  // Between two whole numbers lie others: what is worked out of them is no whole number.
  const between: Trait = trait.type === 'integer' ? { ...trait, type: 'number' } : trait;
  return (
    <>
      <h3>{w.spread}</h3>
      <dl className="trait-spread">
        {SPREAD.map((name) => (
          <div key={name}>
            <dt>{w[name]}</dt>
            <dd>
              <TraitValue trait={between} value={spread[name]} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Frequent({ found, trait }: Valued) {
  const w = useWords(editorWords);
  const language = useLanguage();
  if (found.most_frequent.length === 0) return null;
  return (
    <>
      <h3>{w.frequent}</h3>
      <table className="trait-values" aria-label={w.frequent}>
        <thead className="trait-values-head">
          <tr>
            <th scope="col">{w.value}</th>
            <th scope="col" className="num">
              {w.customers}
            </th>
            <th scope="col" className="num">
              {w.share}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.most_frequent.map(({ value, customers }) => (
            <tr key={String(value)}>
              <td>
                {value === null ? (
                  <span className="quiet">{w.isUnknown}</span>
                ) : (
                  <TraitValue trait={trait} value={value} />
                )}
              </td>
              <td className="num">
                <Num value={customers} />
              </td>
              <td className="num">{percentText(share(customers, found.customers), language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Sample({ found, trait }: Valued) {
  const w = useWords(editorWords);
  const sees = useCan('customers.read');
  if (found.sample.length === 0) return null;
  return (
    <>
      <h3>{w.sample}</h3>
      <table className="trait-values" aria-label={w.sample}>
        <thead className="trait-values-head">
          <tr>
            <th scope="col">{w.customer}</th>
            <th scope="col" className="num">
              {w.value}
            </th>
          </tr>
        </thead>
        <tbody>
          {found.sample.map(({ customer_id, name, value }) => (
            <tr key={customer_id}>
              <td>
                {sees ? (
                  <Link to={`/customers/${customer_id}`}>{name || w.noName}</Link>
                ) : (
                  <span className="num">{customer_id}</span>
                )}
              </td>
              <td className="num">
                <TraitValue trait={trait} value={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Counts({ found, trait }: Valued) {
  const w = useWords(editorWords);
  const t = useTraitWords();
  const language = useLanguage();
  const { known, customers, plain, changed } = found;
  const count = (value: number) => numText(value, language);
  const nothing = trait.type === 'boolean' ? w.no : `0 ${t.unitOf(trait)}`.trim();
  return (
    <>
      <p className="quiet">{w.known}</p>
      <div className="trait-count">
        <Num value={known} unit={w.people} />
      </div>
      <p className="quiet">{w.ofAll(percentText(share(known, customers), language), count(customers))}</p>
      {plain > 0 ? <p className="quiet">{w.plain(count(plain), nothing)}</p> : null}
      {known < customers ? <p className="quiet">{w.unknown(count(customers - known))}</p> : null}
      {changed === null ? null : <p>{changed > 0 ? w.changed(count(changed)) : w.unchanged}</p>}
    </>
  );
}

interface PreviewCardProps {
  title: string;
  found: Preview | undefined;
  /** The numbers belong to an earlier state of the definition. */
  stale: boolean;
  /** Why there is nothing yet. */
  pause: 'counting' | 'waiting' | 'stopped';
  /** Whether the definition is read back here; a page that shows it elsewhere leaves it out. */
  saying: boolean;
}

export function PreviewCard({ title, found, stale, pause, saying }: PreviewCardProps) {
  const w = useWords(editorWords);
  const language = useLanguage();
  const zone = useBrand().time_zone;
  if (!found)
    return (
      <Card title={title}>
        <EmptyBlock text={w[pause]} />
      </Card>
    );
  const { type, unit, said: sentence } = found;
  const trait: Trait = { name: '', type, unit, label: sentence, definition: sentence, choices: {} };
  const meaning = { unit: w.people, period: timeText(found.as_of, zone), definition: w.knownMeaning };
  return (
    <Card
      title={<Definition of={meaning}>{title}</Definition>}
      extra={stale ? <Spin size="small" aria-label={w.counting} /> : null}
    >
      <div className={stale ? 'trait-preview stale' : 'trait-preview'} aria-live="polite">
        {saying ? (
          <p className="trait-said">
            <span className="quiet">{w.said}</span> {said(sentence)[language]}
          </p>
        ) : null}
        <Counts found={found} trait={trait} />
        <Spread found={found} trait={trait} />
        <Frequent found={found} trait={trait} />
        <Sample found={found} trait={trait} />
      </div>
    </Card>
  );
}
