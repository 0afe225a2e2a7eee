/** Conditions about the properties of a fact; texts offer the values that facts hold. */
import { useMemo } from 'react';
import { ConditionBuilder, type Conditions, type ConditionValueProps } from '@/ui/condition-builder';
import { operatorsFor } from '@/ui/condition-operators';
import { NO_VALUE } from '@/ui/condition-tree';
import { ConditionValue } from '@/ui/condition-value';
import { useLanguage, useWords } from '@/ui/i18n';
import { operatorWords } from '@/ui/operator-words';
import { said, type Trait } from '@/ui/trait-value';
import { titled } from '../listing';
import { type Fact, type Property, useOperators, useValues } from '../queries';

/** A property as the entry of values wants it. */
const asked = (property: Property): Trait => ({ ...property, definition: property.label, choices: {} });

function FilterValue(props: ConditionValueProps) {
  const { fact, trait } = props.fieldData as { fact?: string; trait?: Trait };
  const chooses = trait?.type === 'text' && props.operator !== 'contains' && !NO_VALUE.has(props.operator);
  const values = useValues(fact ?? '', trait?.name ?? '', Boolean(fact) && chooses).data?.values;
  return <ConditionValue {...props} {...(values ? { suggested: values.map(({ value }) => value) } : {})} />;
}

interface FilterBuilderProps {
  fact: Fact;
  value: Conditions;
  onChange: (value: Conditions) => void;
  /** The ids of conditions that are refused. */
  faults: ReadonlySet<string>;
}

export function FilterBuilder({ fact, value, onChange, faults }: FilterBuilderProps) {
  const language = useLanguage();
  const names: Record<string, string> = useWords(operatorWords);
  const { data: operators } = useOperators();
  const fields = useMemo(
    () =>
      fact.properties.map((property) => ({
        name: property.name,
        label: titled(said(property.label)[language]),
        fact: fact.name,
        trait: asked(property),
      })),
    [fact, language],
  );
  const operatorsOf = useMemo(() => {
    const types = new Map(fact.properties.map(({ name, type }) => [name, type]));
    return (field: string) => operatorsFor(operators ?? {}, types.get(field), names);
  }, [fact, operators, names]);
  const first = fact.properties.find(({ name }) => name === 'channel')?.name;
  if (!operators) return null;
  return (
    <ConditionBuilder
      key={fact.name}
      fields={fields}
      operatorsOf={operatorsOf}
      {...(first ? { defaultField: first } : {})}
      value={value}
      onChange={onChange}
      valueEditor={FilterValue}
      faults={faults}
    />
  );
}
