/** The figures that a job brought home, each with its unit and definition; names it does not know are shown as they are. */
import type { Meaning } from '../definition';
import { Definition } from '../definition';
import { useWords } from '../i18n';
import { Money, Num } from '../numbers';
import { countMeanings, countUnits, countWords, resultWords } from './words';
import { wordOf } from './work-progress';
import './work.css';

export type Counts = Record<string, unknown>;

/** Figures worth showing, in the order of our words; a zero only where "none" is news. */
export function shownCounts(counts: Counts, order: string[]): [string, number][] {
  const found = Object.entries(counts).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  const placeOf = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return found
    .filter(([name, value]) => !HIDDEN.has(name) && (value !== 0 || NEWS_EVEN_IF_NONE.has(name)))
    .sort(([a], [b]) => placeOf(a) - placeOf(b));
}

/** What is for machines: the same figure under a second name, or bookkeeping. */
const HIDDEN = new Set(['customer_saved', 'price_centifen']);

const NEWS_EVEN_IF_NONE = new Set([
  'rows',
  'rejected',
  'order',
  'customers_added',
  'products_added',
  'stores_added',
  'audience',
  'eligible',
  'treated',
  'holdout',
  'customers_moved',
]);

function useMeaningOf(): (name: string) => Meaning | undefined {
  const meanings: Record<string, string> = useWords(countMeanings);
  const units: Record<string, string> = useWords(countUnits);
  const w = useWords(resultWords);
  return (name) => {
    const definition = meanings[name];
    return definition
      ? { definition, unit: name.endsWith('_fen') ? w.money : (units[name] ?? w.rows), period: w.ofThisWork }
      : undefined;
  };
}

export function CountList({ counts }: { counts: Counts }) {
  const names = useWords(countWords);
  const units: Record<string, string> = useWords(countUnits);
  const meaningOf = useMeaningOf();
  const shown = shownCounts(counts, Object.keys(names));
  return (
    <dl className="count-list">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>
            <Definition of={meaningOf(name)}>{wordOf(names, name)}</Definition>
          </dt>
          <dd>
            {name.endsWith('_fen') ? (
              <Money fen={value} />
            ) : (
              <Num value={value} {...(units[name] ? { unit: units[name] } : {})} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
