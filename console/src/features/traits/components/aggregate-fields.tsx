/** An aggregate: which facts, measured how, of which property, which of them count, and in which time. */
import { Form, Select } from 'antd';
import { emptyConditions } from '@/ui/condition-tree';
import { useLanguage, useWords } from '@/ui/i18n';
import { said } from '@/ui/trait-value';
import { type Measure, needsProperty, OF_FACTS, OF_PROPERTIES, type TraitDraft } from '../draft';
import { editorWords, measureWords } from '../editor-words';
import { titled } from '../listing';
import type { Fact, Property } from '../queries';
import { FactSelect } from './fact-select';
import { FilterBuilder } from './filter-builder';
import { WindowFields } from './window-fields';

interface AggregateFieldsProps {
  draft: TraitDraft;
  onChange: (draft: TraitDraft) => void;
  facts: Fact[];
  faults: ReadonlySet<string>;
  /** What the server refuses, by field. */
  wrong: Record<string, string>;
}

/** The properties that a measure can be of. */
const fitting = (fact: Fact | undefined, measure: Measure): Property[] =>
  (fact?.properties ?? []).filter(({ measures }) => measures.some((one) => one === measure));

function MeasureFields({ draft, onChange, facts, wrong }: Omit<AggregateFieldsProps, 'faults'>) {
  const w = useWords(editorWords);
  const names = useWords(measureWords);
  const language = useLanguage();
  const fact = facts.find(({ name }) => name === draft.fact);
  const offered = [...OF_FACTS, ...OF_PROPERTIES.filter((measure) => fitting(fact, measure).length > 0)];
  const properties = fitting(fact, draft.measure);
  const choose = (measure: Measure) => {
    const fits = fitting(fact, measure).some(({ name }) => name === draft.of);
    onChange({ ...draft, measure, of: fits ? draft.of : undefined });
  };
  return (
    <Form.Item
      label={w.measure}
      validateStatus={wrong.of || wrong.measure ? 'error' : ''}
      help={wrong.of || wrong.measure || undefined}
    >
      <div className="trait-row">
        <Select<Measure>
          aria-label={w.measure}
          value={draft.measure}
          onChange={choose}
          options={offered.map((measure) => ({ value: measure, label: names[measure] }))}
          popupMatchSelectWidth={false}
          style={{ width: 170 }}
        />
        {needsProperty(draft.measure) ? (
          <Select<string>
            aria-label={w.of}
            placeholder={w.of}
            value={draft.of ?? null}
            onChange={(of) => onChange({ ...draft, of })}
            options={properties.map(({ name, label }) => ({
              value: name,
              label: titled(said(label)[language]),
            }))}
            showSearch={{ optionFilterProp: 'label' }}
            popupMatchSelectWidth={false}
            style={{ minWidth: 180 }}
          />
        ) : null}
      </div>
    </Form.Item>
  );
}

export function AggregateFields(props: AggregateFieldsProps) {
  const { draft, onChange, facts, faults, wrong } = props;
  const w = useWords(editorWords);
  const fact = facts.find(({ name }) => name === draft.fact);
  const chooseFact = (name: string) => {
    const next = facts.find((one) => one.name === name);
    const fits = fitting(next, draft.measure).some((property) => property.name === draft.of);
    onChange({ ...draft, fact: name, of: fits ? draft.of : undefined, where: emptyConditions() });
  };
  return (
    <>
      <Form.Item label={w.fact} validateStatus={wrong.fact ? 'error' : ''} help={wrong.fact || undefined}>
        <FactSelect label={w.fact} facts={facts} value={draft.fact} onChange={chooseFact} />
      </Form.Item>
      <MeasureFields {...props} />
      {fact ? (
        <Form.Item
          label={w.where}
          validateStatus={wrong.where ? 'error' : ''}
          help={wrong.where || undefined}
          extra={draft.where.rules.length === 0 ? w.noWhere : undefined}
        >
          <FilterBuilder
            fact={fact}
            value={draft.where}
            onChange={(where) => onChange({ ...draft, where })}
            faults={faults}
          />
        </Form.Item>
      ) : null}
      <WindowFields
        value={draft.window}
        onChange={(window) => onChange({ ...draft, window })}
        facts={facts}
        faults={faults}
        wrong={{ window: wrong.window ?? '', where: wrong.sinceWhere ?? '' }}
      />
    </>
  );
}
