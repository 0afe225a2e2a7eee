/** What a condition on events is entered with: what is counted and compared, what follows what, a first time. */
import { InputNumber, Select } from 'antd';
import { useMemo } from 'react';
import type { ConditionValueProps } from '@/ui/condition-builder';
import { useWords } from '@/ui/i18n';
import { eventWords } from '../event-words';
import {
  EVENT,
  type EventDraft,
  eventOf,
  type FirstTimeDraft,
  firstTimeOf,
  fitting,
  needsProperty,
  SEQUENCE,
  type SequenceDraft,
  SPANS,
  sequenceOf,
  WHICH,
} from '../events';
import { useFacts } from '../queries';
import { ComparedFields, type DraftProps, MeasureFields } from './event-measure';
import { FactChoice, FilterButton, StepFilter } from './event-step';
import { EventWindowFields } from './event-window';

function EventFields(props: DraftProps<EventDraft>) {
  const { draft, onChange, facts, disabled } = props;
  const step = {
    step: draft,
    facts,
    disabled,
    onChange: (next: Partial<EventDraft>) => onChange({ ...draft, ...next }),
  };
  const chooseFact = {
    ...step,
    onChange: (next: Partial<EventDraft>) => {
      const fact = facts.find(({ name }) => name === next.fact);
      const fits =
        !needsProperty(draft.measure) || fitting(fact, draft.measure).some(({ name }) => name === draft.of);
      const measured = fits ? {} : { measure: 'count' as const, of: undefined, op: '>=', value: 1 };
      onChange({ ...draft, ...next, ...measured });
    },
  };
  return (
    <>
      <div className="event-row">
        <EventWindowFields
          value={draft.window}
          onChange={(window) => onChange({ ...draft, window })}
          disabled={disabled}
        />
        <FactChoice {...chooseFact} />
        <MeasureFields {...props} />
        <ComparedFields {...props} />
        <FilterButton {...step} />
      </div>
      <StepFilter {...step} />
    </>
  );
}

function SequenceFields(props: DraftProps<SequenceDraft> & { happens: boolean }) {
  const { draft, onChange, facts, disabled, happens } = props;
  const w = useWords(eventWords);
  const change = (changes: Partial<SequenceDraft>) => onChange({ ...draft, ...changes });
  const side = (name: 'before' | 'after') => ({
    step: draft[name],
    facts,
    disabled,
    onChange: (next: SequenceDraft['before']) => change({ [name]: next }),
  });
  const [before, after] = [side('before'), side('after')];
  const spans = { days: w.spanDays, hours: w.spanHours, ever: w.spanEver };
  return (
    <>
      <div className="event-row">
        <span className="quiet">{w.does}</span>
        <EventWindowFields
          value={draft.window}
          onChange={(window) => change({ window })}
          disabled={disabled}
        />
        <Select<SequenceDraft['which']>
          aria-label={w.which}
          disabled={disabled}
          value={draft.which}
          onChange={(which) => change({ which })}
          options={WHICH.map((which) => ({ value: which, label: w[which] }))}
          popupMatchSelectWidth={false}
          style={{ minWidth: 96 }}
        />
        <FactChoice {...before} />
        <FilterButton {...before} />
      </div>
      <StepFilter {...before} />
      <div className="event-row">
        <span className="quiet">{w.after}</span>
        {draft.span === 'ever' ? null : (
          <InputNumber
            aria-label={w.length}
            disabled={disabled}
            value={draft.length}
            min={1}
            precision={0}
            controls={false}
            onChange={(length) => change({ length })}
            style={{ width: 64 }}
          />
        )}
        <Select<SequenceDraft['span']>
          aria-label={w.length}
          disabled={disabled}
          value={draft.span}
          onChange={(span) => change({ span, length: draft.length ?? 1 })}
          options={SPANS.map((span) => ({ value: span, label: spans[span] }))}
          popupMatchSelectWidth={false}
          style={{ minWidth: 84 }}
        />
        <span className="quiet">{happens ? w.hasAfter : w.hasNone}</span>
        <FactChoice {...after} />
        <FilterButton {...after} />
      </div>
      <StepFilter {...after} />
      {happens || draft.span === 'ever' ? null : <small className="quiet">{w.over}</small>}
    </>
  );
}

function FirstTimeFields({ draft, onChange, facts, disabled }: DraftProps<FirstTimeDraft>) {
  const step = {
    step: draft,
    facts,
    disabled,
    onChange: (next: Partial<FirstTimeDraft>) => onChange({ ...draft, ...next }),
  };
  return (
    <>
      <div className="event-row">
        <EventWindowFields
          bounded
          value={draft.window}
          onChange={(window) => onChange({ ...draft, window })}
          disabled={disabled}
        />
        <FactChoice {...step} />
        <FilterButton {...step} />
      </div>
      <StepFilter {...step} />
    </>
  );
}

export function EventEditor({ field, operator, value, handleOnChange, disabled }: ConditionValueProps) {
  const facts = useFacts().data;
  const drafts = useMemo(
    () => ({ event: eventOf(value), sequence: sequenceOf(value), first: firstTimeOf(value) }),
    [value],
  );
  if (!facts) return null;
  const shared = { facts, disabled: disabled ?? false, onChange: (next: unknown) => handleOnChange(next) };
  return (
    <div className={field === SEQUENCE ? 'event-editor' : 'event-editor event-plain'}>
      {field === EVENT ? <EventFields {...shared} draft={drafts.event} /> : null}
      {field === SEQUENCE ? (
        <SequenceFields {...shared} draft={drafts.sequence} happens={operator !== 'not_followed'} />
      ) : null}
      {field !== EVENT && field !== SEQUENCE ? <FirstTimeFields {...shared} draft={drafts.first} /> : null}
    </div>
  );
}
