/** In which time events count: ever, the last days, a period of the calendar; another one stays as it was written. */
import { InputNumber, Select } from 'antd';
import { useWords } from '@/ui/i18n';
import { eventWords } from '../event-words';
import { type EventWindow, PERIODS, WINDOWS } from '../events';

const DAYS_MAX = 36_500;
const PERIODS_MAX = 1_200;

interface WindowProps {
  value: EventWindow;
  onChange: (value: EventWindow) => void;
  disabled: boolean;
  /** A first time lies in a window; it has no "ever". */
  bounded?: boolean;
}

export function EventWindowFields({ value, onChange, disabled, bounded = false }: WindowProps) {
  const w = useWords(eventWords);
  const kinds: EventWindow['kind'][] = WINDOWS.filter((kind) => kind !== 'ever' || !bounded);
  if (value.kind === 'other') kinds.push('other');
  return (
    <>
      <Select<EventWindow['kind']>
        aria-label={w.inTime}
        disabled={disabled}
        value={value.kind}
        onChange={(kind) => onChange({ ...value, kind })}
        options={kinds.map((kind) => ({ value: kind, label: w[kind] }))}
        popupMatchSelectWidth={false}
        style={{ minWidth: 118 }}
      />
      {value.kind === 'days' ? (
        <InputNumber
          aria-label={w.days}
          disabled={disabled}
          value={value.days}
          min={1}
          max={DAYS_MAX}
          precision={0}
          controls={false}
          suffix={w.dayCount}
          onChange={(days) => onChange({ ...value, days })}
          style={{ width: 100 }}
        />
      ) : null}
      {value.kind === 'calendar' ? (
        <>
          <Select<EventWindow['period']>
            aria-label={w.calendar}
            disabled={disabled}
            value={value.period}
            onChange={(period) => onChange({ ...value, period })}
            options={PERIODS.map((period) => ({ value: period, label: w[period] }))}
            popupMatchSelectWidth={false}
            style={{ width: 92 }}
          />
          <InputNumber
            aria-label={w.back}
            disabled={disabled}
            value={value.back}
            min={0}
            max={PERIODS_MAX}
            precision={0}
            controls={false}
            onChange={(back) => onChange({ ...value, back })}
            style={{ width: 56 }}
          />
          <span className="quiet">{w.back}</span>
        </>
      ) : null}
    </>
  );
}
