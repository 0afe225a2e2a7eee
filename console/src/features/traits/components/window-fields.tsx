/** In which time facts count: rolling days, a period of the calendar, since something happened, or ever. */
import { Form, InputNumber, Select } from 'antd';
import { emptyConditions } from '@/ui/condition-tree';
import { useWords } from '@/ui/i18n';
import { PERIODS, type Period, WINDOWS, type WindowDraft } from '../draft';
import { editorWords, windowWords } from '../editor-words';
import type { Fact } from '../queries';
import { FactSelect } from './fact-select';
import { FilterBuilder } from './filter-builder';

const DAYS_MAX = 36_500;
const PERIODS_MAX = 1_200;

interface WindowFieldsProps {
  value: WindowDraft;
  onChange: (value: WindowDraft) => void;
  facts: Fact[];
  faults: ReadonlySet<string>;
  /** What is wrong with the window; with the conditions of its beginning. */
  wrong: { window: string; where: string };
}

function Details({ value, onChange, facts }: Pick<WindowFieldsProps, 'value' | 'onChange' | 'facts'>) {
  const w = useWords(editorWords);
  const n = useWords(windowWords);
  const change = (changes: Partial<WindowDraft>) => onChange({ ...value, ...changes });
  switch (value.kind) {
    case 'days':
      return (
        <InputNumber
          aria-label={w.days}
          value={value.days}
          min={1}
          max={DAYS_MAX}
          precision={0}
          suffix={w.days}
          onChange={(days) => change({ days })}
          style={{ width: 140 }}
        />
      );
    case 'calendar':
      return (
        <>
          <Select<Period>
            aria-label={n.calendar}
            value={value.period}
            onChange={(period) => change({ period })}
            options={PERIODS.map((period) => ({ value: period, label: n[period] }))}
            style={{ width: 100 }}
          />
          {w.before}
          <InputNumber
            aria-label={w.periodsBack}
            value={value.back}
            min={0}
            max={PERIODS_MAX}
            precision={0}
            onChange={(back) => change({ back })}
            style={{ width: 80 }}
          />
          <span className="quiet">{w.periodsBack}</span>
        </>
      );
    case 'since':
      return (
        <>
          {w.sinceWhich}
          <Select<'first' | 'last'>
            aria-label={n.since}
            value={value.which}
            onChange={(which) => change({ which })}
            options={(['first', 'last'] as const).map((which) => ({ value: which, label: n[which] }))}
            style={{ width: 110 }}
          />
          {w.sinceOf}
          <FactSelect
            label={w.fact}
            facts={facts}
            value={value.fact}
            onChange={(fact) => change({ fact, where: emptyConditions() })}
          />
          {w.sinceAfter}
        </>
      );
    default:
      return null;
  }
}

export function WindowFields({ value, onChange, facts, faults, wrong }: WindowFieldsProps) {
  const w = useWords(editorWords);
  const n = useWords(windowWords);
  const begins = value.kind === 'since' ? facts.find(({ name }) => name === value.fact) : undefined;
  const names = { ever: n.ever, days: n.rolling, calendar: n.calendar, since: n.since };
  return (
    <>
      <Form.Item
        label={w.window}
        validateStatus={wrong.window ? 'error' : ''}
        help={wrong.window || undefined}
        extra={value.kind === 'days' ? w.daysHint : undefined}
      >
        <div className="trait-row">
          <Select<WindowDraft['kind']>
            aria-label={w.window}
            value={value.kind}
            onChange={(kind) => onChange({ ...value, kind })}
            options={WINDOWS.map((kind) => ({ value: kind, label: names[kind] }))}
            popupMatchSelectWidth={false}
            style={{ width: 220 }}
          />
          <Details value={value} onChange={onChange} facts={facts} />
        </div>
      </Form.Item>
      {begins ? (
        <Form.Item
          label={w.sinceWhere}
          validateStatus={wrong.where ? 'error' : ''}
          help={wrong.where || undefined}
        >
          <FilterBuilder
            fact={begins}
            value={value.where}
            onChange={(where) => onChange({ ...value, where })}
            faults={faults}
          />
        </Form.Item>
      ) : null}
    </>
  );
}
