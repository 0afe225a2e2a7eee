/** The brand's own fields of one customer; the customer is corrected from here. */
import { Card } from 'antd';
import { Link } from 'react-router';
import { useLanguage, useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { Time } from '@/ui/time';
import { useCard } from '../by-hand-queries';
import { labelOf, valueText } from '../fields';
import { CONSOLE } from '../identities';
import { words } from '../words/by-hand';

export function FieldsCard({ customerId }: { customerId: number }) {
  const w = useWords(words);
  const language = useLanguage();
  const defines = useCan('settings.edit');
  const query = useCard(customerId);
  const told = { language, yes: w.yes, no: w.no };
  return (
    <Card title={w.fields}>
      <StateBlock query={query} height={60}>
        {({ definitions, held }) => {
          if (definitions.length === 0)
            return (
              <p className="quiet">
                {w.fieldsNone} {defines ? <Link to="/settings/customer-fields">{w.defineThem}</Link> : null}
              </p>
            );
          const filled = definitions.filter(({ name }) => held[name]);
          if (filled.length === 0) return <p className="quiet">{w.fieldsEmpty}</p>;
          return (
            <dl className="held-fields">
              {filled.map((field) => {
                const one = held[field.name];
                if (!one) return null;
                return (
                  <div key={field.name} className="held-field">
                    <dt>{labelOf(field, language)}</dt>
                    <dd>
                      {valueText(field, one.value, told)}
                      <small>
                        {w.from(one.source === CONSOLE ? w.byHand : one.source)} ·{' '}
                        <Time at={one.updated_at} detail="date" />
                      </small>
                    </dd>
                  </div>
                );
              })}
            </dl>
          );
        }}
      </StateBlock>
    </Card>
  );
}
