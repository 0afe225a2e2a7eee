/** Another customer, found by what a person has at hand and chosen from those it may mean. */
import { Input, Radio } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { StateBlock } from '@/ui/state-block';
import { useCandidates } from '../identity-queries';
import { words } from '../words/identities';

interface CustomerPickerProps {
  /** Who is not offered. */
  customerId: number;
  id?: string;
  value?: number;
  onChange?: (customerId: number | undefined) => void;
}

export function CustomerPicker({ customerId, id, value, onChange }: CustomerPickerProps) {
  const w = useWords(words);
  const [text, setText] = useState('');
  const candidates = useCandidates(customerId, text);
  const find = (typed: string) => {
    if (typed.trim() !== text) onChange?.(undefined);
    setText(typed.trim());
  };
  return (
    <>
      <Input.Search
        {...(id ? { id } : {})}
        autoFocus
        placeholder={w.mergeSearch}
        enterButton={w.mergeFind}
        maxLength={100}
        onPressEnter={(event) => event.preventDefault()}
        onSearch={find}
      />
      {text ? (
        <StateBlock
          query={candidates}
          height={64}
          isEmpty={(found) => found.length === 0}
          empty={{ text: w.mergeNone }}
        >
          {(found) => (
            <Radio.Group
              className="candidates"
              value={value}
              onChange={(event) => onChange?.(event.target.value as number)}
              options={found.map((one) => ({
                value: one.customer_id,
                label: [one.name || w.nameless, w.id(one.customer_id), one.phone || w.noPhone].join(' · '),
              }))}
            />
          )}
        </StateBlock>
      ) : null}
    </>
  );
}
