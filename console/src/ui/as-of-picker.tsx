/** The day up to which a page counts; empty means the newest data. */
import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useWords } from './i18n';
import { words } from './words';

interface AsOfPickerProps {
  /** YYYY-MM-DD, or empty. */
  value: string;
  onChange: (day: string) => void;
}

export function AsOfPicker({ value, onChange }: AsOfPickerProps) {
  const w = useWords(words);
  return (
    <DatePicker
      value={value ? dayjs(value) : null}
      aria-label={w.asOf}
      placeholder={w.asOfNewest}
      title={w.asOfHelp}
      disabledDate={(day) => day.isAfter(dayjs(), 'day')}
      onChange={(day) => onChange(day ? day.format('YYYY-MM-DD') : '')}
      style={{ width: 156 }}
    />
  );
}
