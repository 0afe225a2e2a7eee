/** Everything that is computed of the customer, grouped, each with its definition. */
import { Card } from 'antd';
import { Definition } from '@/ui/definition';
import { useLanguage, useWords } from '@/ui/i18n';
import { grouped, traitGroupWords } from '@/ui/trait-groups';
import { said, type Trait, TraitValue } from '@/ui/trait-value';
import { useTraitWords } from '@/ui/trait-words';
import type { Insight } from '../queries';
import { words } from '../words/customer';

export function TraitsCard({
  insight,
  traits,
  period,
}: {
  insight: Insight;
  traits: Trait[];
  period: string;
}) {
  const w = useWords(words);
  const t = useTraitWords();
  const groups = useWords(traitGroupWords);
  const language = useLanguage();
  // Fields and tags are traits for segments; on this page they have cards of their own.
  const computed = traits.filter(({ name }) => name in insight.traits);
  return (
    <Card title={w.traits} extra={<span className="quiet">{w.traitsHelp}</span>}>
      <div className="traits">
        {grouped(computed).map(({ group, traits: members }) => (
          <section key={group}>
            <h3 className="card-part">{groups[group]}</h3>
            <dl>
              {members.map((trait) => (
                <div key={trait.name}>
                  <dt>
                    <Definition
                      of={{ unit: t.measureOf(trait), period, definition: said(trait.definition)[language] }}
                    >
                      {said(trait.label)[language]}
                    </Definition>
                  </dt>
                  <dd>
                    <TraitValue trait={trait} value={insight.traits[trait.name]} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Card>
  );
}
