/** An event and which of them count: its kind, and conditions on its properties. */
import { FilterOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useMemo } from 'react';
import { ConditionBuilder, type ConditionValueProps } from '@/ui/condition-builder';
import { operatorsFor } from '@/ui/condition-operators';
import { emptyConditions, NO_VALUE } from '@/ui/condition-tree';
import { ConditionValue } from '@/ui/condition-value';
import { useLanguage, useWords } from '@/ui/i18n';
import { operatorWords } from '@/ui/operator-words';
import { said, type Trait } from '@/ui/trait-value';
import { eventWords } from '../event-words';
import type { Step } from '../events';
import { type Fact, type Property, useFactValues, useOperators } from '../queries';

const FIRST_ASKED = ['action', 'channel', 'category'];
const NO_FAULTS: ReadonlySet<string> = new Set();

/** A property as the entry of values wants it. */
const asTrait = (property: Property): Trait => ({ ...property, definition: property.label, choices: {} });

/** Texts offer the values that events hold. */
function FilterValue(props: ConditionValueProps) {
  const { fact, trait } = props.fieldData as { fact?: string; trait?: Trait };
  const chooses = trait?.type === 'text' && props.operator !== 'contains' && !NO_VALUE.has(props.operator);
  const values = useFactValues(fact ?? '', trait?.name ?? '', Boolean(fact) && chooses).data?.values;
  return <ConditionValue {...props} {...(values ? { suggested: values.map(({ value }) => value) } : {})} />;
}

interface StepProps {
  step: Step;
  onChange: (step: Step) => void;
  facts: Fact[];
  disabled: boolean;
}

export function FactChoice({ step, onChange, facts, disabled }: StepProps) {
  const w = useWords(eventWords);
  const language = useLanguage();
  return (
    <Select<string>
      aria-label={w.fact}
      placeholder={w.fact}
      disabled={disabled}
      value={step.fact ?? null}
      onChange={(fact) => onChange({ fact, where: emptyConditions() })}
      options={facts.map(({ name, label }) => ({ value: name, label: said(label)[language] }))}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      style={{ minWidth: 130 }}
    />
  );
}

const firstAsked = (fact: Fact): string =>
  FIRST_ASKED.find((name) => fact.properties.some((one) => one.name === name)) ??
  fact.properties[0]?.name ??
  'source';

/** Opens the conditions on properties with a first one; nothing once there are any. */
export function FilterButton({ step, onChange, facts, disabled }: StepProps) {
  const w = useWords(eventWords);
  const { data: operators } = useOperators();
  const fact = facts.find(({ name }) => name === step.fact);
  if (!fact || !operators || disabled || step.where.rules.length > 0) return null;
  const begin = () => {
    const field = firstAsked(fact);
    const type = fact.properties.find(({ name }) => name === field)?.type ?? 'text';
    const rule = { id: crypto.randomUUID(), field, operator: operators[type]?.[0] ?? '=', value: '' };
    onChange({ ...step, where: { ...step.where, rules: [rule] } });
  };
  return (
    <Button type="link" size="small" icon={<FilterOutlined />} onClick={begin}>
      {w.filter}
    </Button>
  );
}

/** The conditions on properties, once there are any. */
export function StepFilter({ step, onChange, facts, disabled }: StepProps) {
  const w = useWords(eventWords);
  const language = useLanguage();
  const names: Record<string, string> = useWords(operatorWords);
  const { data: operators } = useOperators();
  const fact = facts.find(({ name }) => name === step.fact);
  const fields = useMemo(
    () =>
      (fact?.properties ?? []).map((property) => ({
        name: property.name,
        label: said(property.label)[language],
        fact: fact?.name,
        trait: asTrait(property),
      })),
    [fact, language],
  );
  const operatorsOf = useMemo(() => {
    const types = new Map((fact?.properties ?? []).map(({ name, type }) => [name, type]));
    return (field: string) => operatorsFor(operators ?? {}, types.get(field), names);
  }, [fact, operators, names]);
  if (!fact || !operators || step.where.rules.length === 0) return null;
  return (
    <div className="event-filter">
      <span className="quiet">
        {w.only} {said(fact.label)[language]}
      </span>
      <ConditionBuilder
        key={fact.name}
        fields={fields}
        operatorsOf={operatorsOf}
        defaultField={firstAsked(fact)}
        value={step.where}
        onChange={(where) => onChange({ ...step, where })}
        valueEditor={FilterValue}
        faults={NO_FAULTS}
        disabled={disabled}
      />
    </div>
  );
}
