/** The audit log: every change, newest first, filtered by subject and by who made it. */
import { Button, Select } from 'antd';
import { useState } from 'react';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { SearchBox } from '@/ui/search-box';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import '../organisation.css';
import { changesOf } from '../changes';
import { AuditDetail, useValueText } from '../components/audit-detail';
import { wordFor } from '../components/role-matrix';
import { AUDIT_LIMIT, type AuditLine, useAudit } from '../queries';
import { actionWords, fieldWords, subjectWords, words } from '../words/audit';

const FILTERS = ['subject', 'actor'] as const;
const SHOWN_CHANGES = 3;
/** Actors whose label says enough. */
const KNOWN_BY_LABEL = new Set(['user', 'cli', 'system']);

/** The first few changes in one line: 时区: Asia/Shanghai → UTC. */
function useSummary(): (entry: AuditLine) => string {
  const w = useWords(words);
  const fields = useWords(fieldWords);
  const textOf = useValueText();
  return (entry) =>
    changesOf(entry)
      .slice(0, SHOWN_CHANGES)
      .map(({ field, before, after }) => {
        const values = [entry.before ? textOf(field, before) : '', entry.after ? textOf(field, after) : ''];
        return `${wordFor(fields, field)} ${values.filter(Boolean).join(' → ')}`;
      })
      .join(w.between);
}

function useColumns(open: (entry: AuditLine) => void): DataColumn<AuditLine>[] {
  const w = useWords(words);
  const actions = useWords(actionWords);
  const subjects = useWords(subjectWords);
  const summary = useSummary();
  return [
    { key: 'at', title: w.at, width: 170, render: (entry) => <Time at={entry.at} detail="second" /> },
    {
      key: 'actor_label',
      title: w.who,
      width: 120,
      render: (entry) => (
        <div className="person">
          <b>{entry.actor_label}</b>
          {KNOWN_BY_LABEL.has(entry.actor_kind) ? null : <span>{wordFor({ ...w }, entry.actor_kind)}</span>}
        </div>
      ),
    },
    {
      key: 'action',
      title: w.what,
      width: 160,
      render: (entry) => (
        <Button
          type="link"
          size="small"
          className="cell-link"
          title={entry.action}
          onClick={() => open(entry)}
        >
          {wordFor(actions, entry.action)}
        </Button>
      ),
    },
    {
      key: 'subject_type',
      title: w.subject,
      width: 120,
      render: (entry) => `${wordFor(subjects, entry.subject_type)} ${entry.subject_id}`,
    },
    {
      key: 'changes',
      title: w.changes,
      ellipsis: true,
      render: (entry) => <span title={summary(entry)}>{summary(entry)}</span>,
    },
    { key: 'address', title: w.address, width: 120, render: (entry) => <code>{entry.address || '—'}</code> },
  ];
}

export function AuditPage() {
  const w = useWords(words);
  const subjects = useWords(subjectWords);
  const state = useTableState({ filters: FILTERS, limit: AUDIT_LIMIT });
  const { subject: [subjectType] = [], actor: [actor] = [] } = state.filters;
  const query = useAudit({ cursor: state.params.cursor, subjectType, actor });
  const [open, setOpen] = useState<AuditLine>();
  const columns = useColumns(setOpen);
  return (
    <>
      <PageHead title={w.title} desc={w.desc} />
      <DataTable<AuditLine>
        label={w.table}
        rowKey="audit_entry_id"
        columns={columns}
        query={query}
        state={state}
        empty={{ text: w.empty }}
        onRow={setOpen}
        widthMin={920}
        toolbar={
          <>
            <Select
              allowClear
              aria-label={w.subject}
              placeholder={w.allSubjects}
              value={subjectType}
              onChange={(value?: string) => state.setFilter('subject', value ? [value] : [])}
              options={Object.entries(subjects).map(([value, label]) => ({ value, label }))}
              style={{ width: 160 }}
            />
            <SearchBox
              value={actor ?? ''}
              placeholder={w.actor}
              onSearch={(text) => state.setFilter('actor', text ? [text] : [])}
            />
          </>
        }
      />
      <AuditDetail entry={open} onClose={() => setOpen(undefined)} />
    </>
  );
}
