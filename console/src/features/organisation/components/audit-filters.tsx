/** Narrows the audit log: by person, action, kind of thing, and days. */
import { DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useWords } from '@/ui/i18n';
import type { TableState } from '@/ui/use-table-state';
import { useAuditChoices } from '../queries';
import { words } from '../words/audit';
import { actionWords } from '../words/audit-actions';
import { subjectWords } from '../words/audit-subjects';
import { wordFor } from './role-matrix';
import { usePeople } from './use-people';

export const FILTERS = ['actor', 'action', 'subject', 'id', 'since', 'until'] as const;
const DAY = 'YYYY-MM-DD';

export function AuditFilters({ state }: { state: TableState }) {
  const w = useWords(words);
  const actions = useWords(actionWords);
  const subjects = useWords(subjectWords);
  const nameOf = usePeople();
  const { actors = [], actions: done = [], subject_types: kinds = [] } = useAuditChoices().data ?? {};
  const [actor, action, subject, since, until] = (
    ['actor', 'action', 'subject', 'since', 'until'] as const
  ).map((name) => state.filters[name]?.[0]);
  const people = [...new Map(actors.map((one) => [one.label, one])).values()];
  const choices = [
    {
      name: 'actor',
      all: w.allActors,
      label: w.who,
      value: actor,
      options: people.map(({ kind, label }) => ({ value: label, label: nameOf(kind, label) })),
    },
    {
      name: 'action',
      all: w.allActions,
      label: w.what,
      value: action,
      options: done.map((value) => ({ value, label: wordFor(actions, value) })),
    },
    {
      name: 'subject',
      all: w.allSubjects,
      label: w.subject,
      value: subject,
      options: kinds.map((value) => ({ value, label: wordFor(subjects, value) })),
    },
  ];
  return (
    <>
      {choices.map(({ name, all, label, value, options }) => (
        <Select
          key={name}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={label}
          placeholder={all}
          value={value}
          onChange={(chosen?: string) =>
            state.setFilters({ [name]: chosen ? [chosen] : [], ...(name === 'subject' ? { id: [] } : {}) })
          }
          options={options}
          style={{ width: 156 }}
        />
      ))}
      <DatePicker.RangePicker
        allowEmpty={[true, true]}
        aria-label={w.days}
        placeholder={[w.from, w.until]}
        value={[since ? dayjs(since) : null, until ? dayjs(until) : null]}
        disabledDate={(day) => day.isAfter(dayjs().add(1, 'day'), 'day')}
        onChange={(days) =>
          state.setFilters({
            since: days?.[0] ? [days[0].format(DAY)] : [],
            until: days?.[1] ? [days[1].format(DAY)] : [],
          })
        }
        style={{ width: 250 }}
      />
    </>
  );
}
