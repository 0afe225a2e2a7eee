/** The button that opens a customer's form, as of what is known now. */
import { EditOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { useCard } from '../by-hand-queries';
import type { Profile } from '../queries';
import { words } from '../words/by-hand';
import { CustomerForm } from './customer-form';

export function EditCustomer({ profile }: { profile: Profile }) {
  const w = useWords(words);
  const edits = useCan('customers.edit');
  const card = useCard(profile.customer_id).data;
  const [editing, setEditing] = useState(false);
  if (!edits || !card) return null;
  return (
    <>
      <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
        {w.edit}
      </Button>
      {editing ? (
        <CustomerForm
          editing={{ profile, revision: card.revision }}
          definitions={card.definitions}
          held={Object.fromEntries(Object.entries(card.held).map(([name, one]) => [name, one.value]))}
          onDone={() => undefined}
          onClose={() => setEditing(false)}
        />
      ) : null}
    </>
  );
}
