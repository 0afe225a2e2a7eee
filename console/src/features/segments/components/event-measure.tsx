/** What is made of events, and what that is compared with. */
import { Select } from 'antd';
import type { ConditionValueProps } from '@/ui/condition-builder';
import { operatorsFor } from '@/ui/condition-operators';
import { ConditionValue } from '@/ui/condition-value';
import { useLanguage, useWords } from '@/ui/i18n';
import { operatorWords } from '@/ui/operator-words';
import { said, type Trait } from '@/ui/trait-value';
import { eventMeasureWords, eventWords } from '../event-words';
import { type EventDraft, fitting, MEASURES, type Measure, measuredAs, needsProperty } from '../events';
import { type Fact, useOperators } from '../queries';

export interface DraftProps<Draft> {
  draft: Draft;
  onChange: (draft: Draft) => void;
  facts: Fact[];
  disabled: boolean;
}

/** The draft with the value in the shape of what it is compared as; another type begins anew. */
function compared(draft: EventDraft, before: Trait | undefined, after: Trait | undefined): EventDraft {
  if (before && after && before.type === after.type) return draft;
  const plain = !after || ['integer', 'money', 'number'].includes(after.type);
  return { ...draft, op: plain ? '>=' : after.type === 'moment' ? 'within_days' : '=', value: '' };
}

export function MeasureFields({ draft, onChange, facts, disabled }: DraftProps<EventDraft>) {
  const w = useWords(eventWords);
  const names = useWords(eventMeasureWords);
  const language = useLanguage();
  const fact = facts.find(({ name }) => name === draft.fact);
  const offered = MEASURES.filter((one) => !needsProperty(one) || fitting(fact, one).length > 0);
  const change = (changes: Partial<EventDraft>) => {
    const next = { ...draft, ...changes };
    onChange(compared(next, measuredAs(draft, fact), measuredAs(next, fact)));
  };
  const choose = (measure: Measure) => {
    const fits = fitting(fact, measure);
    const kept = fits.some(({ name }) => name === draft.of) ? draft.of : fits[0]?.name;
    change({ measure, of: needsProperty(measure) ? kept : undefined });
  };
  return (
    <>
      <Select<Measure>
        aria-label={w.measure}
        disabled={disabled}
        value={draft.measure}
        onChange={choose}
        options={offered.map((measure) => ({ value: measure, label: names[measure] }))}
        popupMatchSelectWidth={false}
        style={{ minWidth: 104 }}
      />
      {needsProperty(draft.measure) ? (
        <Select<string>
          aria-label={w.of}
          placeholder={w.of}
          disabled={disabled}
          value={draft.of ?? null}
          onChange={(of) => change({ of })}
          options={fitting(fact, draft.measure).map(({ name, label }) => ({
            value: name,
            label: said(label)[language],
          }))}
          showSearch={{ optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          style={{ minWidth: 110 }}
        />
      ) : null}
    </>
  );
}

export function ComparedFields({ draft, onChange, facts, disabled }: DraftProps<EventDraft>) {
  const w = useWords(eventWords);
  const names: Record<string, string> = useWords(operatorWords);
  const { data: operators } = useOperators();
  const trait = measuredAs(
    draft,
    facts.find(({ name }) => name === draft.fact),
  );
  if (!trait || !operators) return null;
  const asked = {
    fieldData: { name: trait.name, label: '', trait },
    operator: draft.op,
    value: draft.value,
    handleOnChange: (value: unknown) => onChange({ ...draft, value }),
    disabled,
  } as unknown as ConditionValueProps;
  return (
    <>
      <Select<string>
        aria-label={w.operator}
        disabled={disabled}
        value={draft.op}
        onChange={(op) => onChange({ ...draft, op })}
        options={operatorsFor(operators, trait.type, names).map(({ name, label }) => ({
          value: name,
          label,
        }))}
        popupMatchSelectWidth={false}
        style={{ minWidth: 84 }}
      />
      <ConditionValue {...asked} />
    </>
  );
}
