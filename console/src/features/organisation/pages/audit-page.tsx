/** The audit log: who changed what, when and from where, in words; filtered and taken along as a file. */
import { Button } from 'antd';
import { useState } from 'react';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import '../organisation.css';
import { changesOf, isEmpty } from '../changes';
import { AuditDetail } from '../components/audit-detail';
import { AuditFilters, FILTERS } from '../components/audit-filters';
import { wordFor } from '../components/role-matrix';
import { subjectText } from '../components/subject';
import { usePeople } from '../components/use-people';
import { useSay } from '../components/use-say';
import { AUDIT_LIMIT, type AuditLine, exportAudit, useAudit } from '../queries';
import { actorWords, words } from '../words/audit';
import { actionWords } from '../words/audit-actions';
import { codeWords } from '../words/audit-codes';
import { subjectWords } from '../words/audit-subjects';

const SHOWN_CHANGES = 3;

/** The first few changes in one line: 时区 Asia/Shanghai → UTC. */
function useSummary(): (entry: AuditLine) => string {
  const w = useWords(words);
  const say = useSay();
  return (entry) => {
    const changes = changesOf(entry);
    const said = changes.slice(0, SHOWN_CHANGES).map(({ field, before, after }) => {
      const sides = isEmpty(before) ? [after] : entry.after ? [before, after] : [before];
      return `${say.field(field)} ${sides.map((side) => say.value(field, side)).join(' → ')}`;
    });
    const hidden = changes.length - said.length;
    return said.join(w.between) + (hidden > 0 ? w.more(hidden) : '');
  };
}

function useColumns(open: (entry: AuditLine) => void): DataColumn<AuditLine>[] {
  const w = useWords(words);
  const actions = useWords(actionWords);
  const subjects = useWords(subjectWords);
  const codes = useWords(codeWords);
  const actors = useWords(actorWords);
  const summary = useSummary();
  const nameOf = usePeople();
  return [
    { key: 'at', title: w.at, width: 156, render: (entry) => <Time at={entry.at} detail="second" /> },
    {
      key: 'actor_label',
      title: w.who,
      width: 150,
      ellipsis: true,
      render: ({ actor_kind, actor_label }) => (
        <span title={wordFor(actors, actor_kind)}>{nameOf(actor_kind, actor_label)}</span>
      ),
    },
    {
      key: 'action',
      title: w.what,
      width: 176,
      render: (entry) => (
        <Button type="link" size="small" className="cell-link" onClick={() => open(entry)}>
          {wordFor(actions, entry.action)}
        </Button>
      ),
    },
    {
      key: 'subject_type',
      title: w.subject,
      width: 116,
      render: (entry) => subjectText(entry, subjects, codes),
    },
    {
      key: 'changes',
      title: w.changes,
      ellipsis: true,
      render: (entry) => <span title={summary(entry)}>{summary(entry) || '—'}</span>,
    },
    { key: 'address', title: w.address, width: 130, render: (entry) => <code>{entry.address || '—'}</code> },
  ];
}

export function AuditPage() {
  const w = useWords(words);
  const state = useTableState({ filters: FILTERS, limit: AUDIT_LIMIT });
  const { subject, id, actor, action, since, until } = state.filters;
  const asked = {
    subjectType: subject?.[0],
    subjectId: id?.[0],
    actor: actor?.[0],
    action: action?.[0],
    since: since?.[0],
    until: until?.[0],
  };
  const query = useAudit(asked, state.params.cursor);
  const [open, setOpen] = useState<AuditLine>();
  return (
    <>
      <PageHead title={w.title} desc={w.desc} />
      <DataTable<AuditLine>
        label={w.table}
        rowKey="audit_entry_id"
        columns={useColumns(setOpen)}
        query={query}
        state={state}
        empty={{ text: w.empty }}
        onRow={setOpen}
        onExport={() => exportAudit(asked)}
        widthMin={900}
        toolbar={<AuditFilters state={state} />}
      />
      <AuditDetail
        entry={open}
        onClose={() => setOpen(undefined)}
        onHistory={(entry) => {
          state.setFilters({ subject: [entry.subject_type], id: [entry.subject_id], actor: [], action: [] });
          setOpen(undefined);
        }}
      />
    </>
  );
}
