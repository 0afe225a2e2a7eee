/** What a trait is computed from, and what names it: directly, and by way of other traits. */
import { Card } from 'antd';
import { Link } from 'react-router';
import { useLanguage, useWords } from '@/ui/i18n';
import { ColorTag } from '@/ui/tags';
import { said } from '@/ui/trait-value';
import { factsIn, traitsIn } from '../draft';
import { reachedThrough, titled } from '../listing';
import { type Origin, type TraitUse, useFacts, useTraits, useTraitUses } from '../queries';
import { words } from '../words';

const NO_USES: ReadonlyMap<string, TraitUse[]> = new Map();

function useNames() {
  const language = useLanguage();
  const traits = useTraits().data ?? [];
  const facts = useFacts().data ?? [];
  return {
    trait: (name: string, otherwise = name) => {
      const found = traits.find((one) => one.name === name);
      return found ? said(found.label)[language] : otherwise;
    },
    fact: (name: string) => {
      const found = facts.find((one) => one.name === name);
      return found ? titled(said(found.label)[language]) : name;
    },
  };
}

function Sources({ origin, definition }: { origin: Origin; definition: unknown }) {
  const w = useWords(words);
  const names = useNames();
  if (definition === undefined)
    return <p className="quiet">{origin === 'built_in' ? w.builtInSource : w.offeredSource}</p>;
  return (
    <ul>
      {factsIn(definition).map((name) => (
        <li key={`fact/${name}`}>
          <ColorTag color="grey">{w.fact}</ColorTag> {names.fact(name)}
        </li>
      ))}
      {traitsIn(definition).map((name) => (
        <li key={`trait/${name}`}>
          <ColorTag color="indigo">{w.trait}</ColorTag>{' '}
          <Link to={`/traits/${name}`}>{names.trait(name)}</Link>
        </li>
      ))}
    </ul>
  );
}

function Users({ users }: { users: TraitUse[] }) {
  const w = useWords(words);
  const names = useNames();
  return (
    <ul>
      {users.map(({ kind, key, label }) => (
        <li key={`${kind}/${key}`}>
          {kind === 'segment' ? (
            <>
              <ColorTag color="teal">{w.segment}</ColorTag> <Link to={`/segments/${key}`}>{label}</Link>
            </>
          ) : (
            <>
              <ColorTag color="indigo">{w.trait}</ColorTag>{' '}
              <Link to={`/traits/${key}`}>{names.trait(key, label)}</Link>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

interface LineageCardProps {
  name: string;
  origin: Origin;
  /** Of a trait of the brand's own. */
  definition: unknown;
}

export function LineageCard({ name, origin, definition }: LineageCardProps) {
  const w = useWords(words);
  const uses = useTraitUses().data ?? NO_USES;
  const users = uses.get(name) ?? [];
  const further = reachedThrough(name, uses);
  return (
    <Card title={w.lineage}>
      <div className="lineage">
        <section aria-label={w.madeOf}>
          <h3>{w.madeOf}</h3>
          <Sources origin={origin} definition={definition} />
        </section>
        <section aria-label={w.usedBy}>
          <h3>{w.usedBy}</h3>
          {users.length > 0 ? <Users users={users} /> : <p className="quiet">{w.nothingUses}</p>}
          {further.length > 0 ? (
            <details>
              <summary>{w.alsoReaches(further.length)}</summary>
              <Users users={further} />
            </details>
          ) : null}
        </section>
      </div>
    </Card>
  );
}
