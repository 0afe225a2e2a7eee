/** What a field of the brand is entered with, by its kind. */
import { DatePicker, Input, InputNumber, Select } from 'antd';
import dayjs from 'dayjs';
import { useLanguage, useWords } from '@/ui/i18n';
import type { FieldDefinition } from '../by-hand-queries';
import { words } from '../words/by-hand';

interface FieldInputProps {
  field: Pick<FieldDefinition, 'kind' | 'choices' | 'least' | 'most'>;
  id?: string;
  value?: string;
  onChange?: (value: string | undefined) => void;
  placeholder?: string;
}

/** Form.Item gives the value, the change and the id. */
export function FieldInput({ field, onChange, placeholder = '', ...item }: FieldInputProps) {
  const w = useWords(words);
  const language = useLanguage();
  const { id = '', value } = item;
  const say = (next: string | number | null | undefined) =>
    onChange?.(next === null || next === undefined || next === '' ? undefined : String(next));
  switch (field.kind) {
    case 'integer':
    case 'number':
      return (
        <InputNumber<string>
          id={id}
          stringMode
          value={value ?? null}
          onChange={say}
          placeholder={placeholder}
          style={{ width: '100%' }}
          {...(field.least === null || field.least === undefined ? {} : { min: String(field.least) })}
          {...(field.most === null || field.most === undefined ? {} : { max: String(field.most) })}
        />
      );
    case 'date':
      return (
        <DatePicker
          id={id}
          value={value ? dayjs(value) : null}
          onChange={(_, text) => say(typeof text === 'string' ? text : undefined)}
          placeholder={placeholder}
          style={{ width: '100%' }}
        />
      );
    case 'choice':
    case 'boolean':
      return (
        <Select
          id={id}
          allowClear
          value={value ?? null}
          onChange={say}
          placeholder={placeholder}
          options={
            field.kind === 'boolean'
              ? [
                  { value: 'true', label: w.yes },
                  { value: 'false', label: w.no },
                ]
              : (field.choices ?? []).map((one) => ({
                  value: one.value,
                  label: language === 'en' ? one.en : one.zh,
                }))
          }
        />
      );
    default:
      return (
        <Input
          id={id}
          value={value ?? ''}
          onChange={({ target }) => say(target.value)}
          placeholder={placeholder}
          maxLength={500}
          autoComplete="off"
        />
      );
  }
}
