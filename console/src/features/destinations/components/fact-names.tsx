/** Kinds of facts by the names that people know them by; the permanent name stands behind each. */
import { Tag } from 'antd';
import { useLanguage, useWords } from '@/ui/i18n';
import { useOfferedFacts } from '../queries';
import { wizardWords } from '../words';
import { ALL_OWN } from './facts-picker';

// What it is stands first in a definition, what to mind after that.
const CLAUSE = /[;；.。]/;

/** A fact's name in the reader's words; the permanent one until those are there. */
export function useFactName(): (fact: string) => string {
  const w = useWords(wizardWords);
  const language = useLanguage();
  const offered = useOfferedFacts().data ?? [];
  return (fact) => {
    if (fact === ALL_OWN) return w.allOwn;
    const found = offered.find(({ name }) => name === fact);
    const told = (language === 'en' ? found?.en : found?.zh) || fact;
    return told.split(CLAUSE)[0] ?? told;
  };
}

export function FactNames({ facts }: { facts: string[] }) {
  const nameOf = useFactName();
  return (
    <span>
      {facts.map((fact) => (
        <Tag key={fact} title={fact}>
          {nameOf(fact)}
        </Tag>
      ))}
    </span>
  );
}
