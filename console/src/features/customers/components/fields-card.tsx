/** The brand's own fields of one customer; the customer is corrected from here. */
import { EditOutlined } from '@ant-design/icons';
import { Button, Card } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useLanguage, useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { Time } from '@/ui/time';
import { useCard } from '../by-hand-queries';
import { labelOf, valueText } from '../fields';
import type { Profile } from '../queries';
import { words } from '../words/by-hand';
import { CustomerForm } from './customer-form';

export function FieldsCard({ profile }: { profile: Profile }) {
  const w = useWords(words);
  const language = useLanguage();
  const edits = useCan('customers.edit');
  const defines = useCan('settings.edit');
  const query = useCard(profile.customer_id);
  const [editing, setEditing] = useState(false);
  const card = query.data;
  const told = { language, yes: w.yes, no: w.no };
  return (
    <Card
      title={w.fields}
      extra={
        edits && card ? (
          <Button size="small" icon={<EditOutlined />} onClick={() => setEditing(true)}>
            {w.edit}
          </Button>
        ) : null
      }
    >
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
                        {w.from(one.source)} · <Time at={one.updated_at} detail="date" />
                      </small>
                    </dd>
                  </div>
                );
              })}
            </dl>
          );
        }}
      </StateBlock>
      {editing && card ? (
        <CustomerForm
          editing={{ profile, revision: card.revision }}
          definitions={card.definitions}
          held={Object.keys(card.held)}
          onDone={() => undefined}
          onClose={() => setEditing(false)}
        />
      ) : null}
    </Card>
  );
}
