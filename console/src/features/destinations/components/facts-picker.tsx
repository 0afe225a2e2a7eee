/** Which facts a destination is told of: the standard ones, the brand's own, found by typing. */
import { Checkbox, Flex, Input } from 'antd';
import { useState } from 'react';
import { useLanguage, useWords } from '@/ui/i18n';
import { StateBlock } from '@/ui/state-block';
import { type OfferedFact, useOfferedFacts } from '../queries';
import { wizardWords } from '../words';

export const ALL_OWN = 'event';

interface FactsPickerProps {
  value?: string[];
  onChange?: (facts: string[]) => void;
}

export function FactsPicker({ value = [], onChange }: FactsPickerProps) {
  const w = useWords(wizardWords);
  const language = useLanguage();
  const query = useOfferedFacts();
  const [wanted, setWanted] = useState('');
  const toggle = (name: string, on: boolean) =>
    onChange?.(on ? [...value, name] : value.filter((one) => one !== name));
  const titleOf = (fact: OfferedFact) =>
    fact.name === ALL_OWN ? w.allOwn : (language === 'en' ? fact.en : fact.zh) || fact.name;
  const box = (fact: OfferedFact) => (
    <Checkbox
      key={fact.name}
      checked={value.includes(fact.name) || (fact.own && value.includes(ALL_OWN))}
      disabled={fact.own && value.includes(ALL_OWN)}
      onChange={({ target }) => toggle(fact.name, target.checked)}
    >
      {titleOf(fact)} <code>{fact.name}</code>
    </Checkbox>
  );
  return (
    <StateBlock query={query} height={360}>
      {(facts) => {
        const shown = facts.filter((one) =>
          `${one.name} ${one.zh} ${one.en}`.toLowerCase().includes(wanted.trim().toLowerCase()),
        );
        const own = shown.filter((one) => one.own || one.name === ALL_OWN);
        const standard = shown.filter((one) => !own.includes(one));
        return (
          <Flex vertical gap={8}>
            <Flex justify="space-between" align="center" gap={12}>
              <Input
                allowClear
                placeholder={w.search}
                aria-label={w.search}
                value={wanted}
                onChange={({ target }) => setWanted(target.value)}
                style={{ maxWidth: 280 }}
              />
              <span className="destination-quiet">{w.chosen(value.length)}</span>
            </Flex>
            <div className="destination-facts">
              {standard.length ? <h3>{w.standard}</h3> : null}
              {standard.map(box)}
              {own.length ? <h3>{w.own}</h3> : null}
              {own.map(box)}
            </div>
          </Flex>
        );
      }}
    </StateBlock>
  );
}
