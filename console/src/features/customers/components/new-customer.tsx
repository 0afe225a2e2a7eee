/** The button that writes a customer down, and leads to their page. */
import { UserAddOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { useFields } from '../by-hand-queries';
import { words } from '../words/by-hand';
import { CustomerForm } from './customer-form';

const NOTHING = {};

export function NewCustomer() {
  const w = useWords(words);
  const navigate = useNavigate();
  const fields = useFields().data ?? [];
  const [asking, setAsking] = useState(false);
  if (!useCan('customers.edit')) return null;
  return (
    <>
      <Button icon={<UserAddOutlined />} onClick={() => setAsking(true)}>
        {w.create}
      </Button>
      {asking ? (
        <CustomerForm
          definitions={fields.map(({ field }) => field).filter(({ archived }) => !archived)}
          held={NOTHING}
          onDone={(customerId) => void navigate(`/customers/${customerId}`)}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
