/** A kind of fact, chosen from all of them by topic. */
import { Select } from 'antd';
import { useLanguage, useWords } from '@/ui/i18n';
import { said } from '@/ui/trait-value';
import { editorWords } from '../editor-words';
import { TOPICS, titled } from '../listing';
import type { Fact } from '../queries';
import { topicWords } from '../words';

interface FactSelectProps {
  label: string;
  facts: Fact[];
  value: string | undefined;
  onChange: (fact: string) => void;
}

export function FactSelect({ label, facts, value, onChange }: FactSelectProps) {
  const w = useWords(editorWords);
  const topics = useWords(topicWords);
  const language = useLanguage();
  const groups = TOPICS.map((topic) => ({
    label: topics[topic],
    options: facts
      .filter((fact) => fact.topic === topic)
      .map((fact) => ({ value: fact.name, label: titled(said(fact.label)[language]) })),
  })).filter(({ options }) => options.length > 0);
  return (
    <Select<string>
      aria-label={label}
      placeholder={w.choose}
      value={value ?? null}
      onChange={onChange}
      options={groups}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      style={{ width: 240 }}
    />
  );
}
