/** The list of imports. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Flex } from 'antd';
import { Link, useNavigate } from 'react-router';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { stateWords } from '@/ui/progress/words';
import { WorkState, wordOf } from '@/ui/progress/work-progress';
import { useCan } from '@/ui/session';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import '@/ui/progress/work.css';
import '../imports.css';
import { KINDS } from '../fields';
import { broughtBy, countOf } from '../outcome';
import { IMPORTS_LIMIT, type ImportLine, useImports } from '../queries';
import { kindWords } from '../words/fields';
import { words } from '../words/imports';

const FILTERS = ['kind', 'state'] as const;
const STATES = ['queued', 'running', 'done', 'failed', 'cancelled', 'undone'] as const;

function useColumns(): DataColumn<ImportLine>[] {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const states = useWords(stateWords);
  return [
    {
      key: 'file_name',
      title: w.file,
      render: (run) => (
        <div className="import-file">
          <Link to={`/imports/${run.import_id}`}>
            <b>{run.file_name}</b>
          </Link>
          <small>{run.source}</small>
        </div>
      ),
    },
    {
      key: 'kind',
      title: w.kind,
      width: 110,
      filter: { name: 'kind', options: KINDS.map((value) => ({ value, text: kinds[value] })) },
      render: (run) => kinds[run.kind],
    },
    {
      key: 'state',
      title: w.state,
      width: 130,
      filter: { name: 'state', options: STATES.map((value) => ({ value, text: wordOf(states, value) })) },
      render: (run) => (
        <Flex gap={4} wrap>
          <WorkState state={run.state} />
          {run.dry_run ? <ToneTag tone="neutral">{w.dryRun}</ToneTag> : null}
        </Flex>
      ),
    },
    {
      key: 'rows',
      title: w.rows,
      numeric: true,
      width: 110,
      meaning: { definition: w.rowsMeaning, unit: w.rowsUnit },
      render: (run) => <Num value={countOf(run.counts, 'rows')} />,
    },
    {
      key: 'rejected',
      title: w.rejected,
      numeric: true,
      width: 100,
      meaning: { definition: w.rejectedMeaning, unit: w.rowsUnit },
      render: (run) => <Num value={countOf(run.counts, 'rejected')} />,
    },
    {
      key: 'brought',
      title: w.brought,
      numeric: true,
      width: 130,
      meaning: { definition: w.broughtMeaning, unit: w.broughtUnit },
      render: (run) => <Num value={broughtBy(run)} unit={w.units(run.kind)} />,
    },
    {
      key: 'created_at',
      title: w.createdAt,
      width: 150,
      sortBy: 'created_at',
      render: (run) => (
        <div className="import-file">
          <Time at={run.created_at} />
          <small title={w.startedBy}>{run.started_by}</small>
        </div>
      ),
    },
  ];
}

export function ImportsPage() {
  const w = useWords(words);
  const may = useCan('imports.run');
  const navigate = useNavigate();
  const state = useTableState({ filters: FILTERS, defaultSort: '-created_at', limit: IMPORTS_LIMIT });
  const query = useImports(state.params.cursor, state.params.sort, {
    kind: KINDS.filter((kind) => state.filters.kind?.includes(kind)),
    state: STATES.filter((one) => state.filters.state?.includes(one)),
  });
  const button = (primary: boolean) =>
    may ? (
      <Button
        type={primary ? 'primary' : 'default'}
        icon={<PlusOutlined />}
        onClick={() => void navigate('/imports/new')}
      >
        {w.new}
      </Button>
    ) : null;
  return (
    <>
      <PageHead title={w.title} desc={w.desc} extra={button(true)} />
      <DataTable<ImportLine>
        label={w.table}
        rowKey="import_id"
        columns={useColumns()}
        query={{ ...query, isFetching: query.isPending || query.isPlaceholderData }}
        state={state}
        empty={{ text: w.empty, action: button(false) }}
        onRow={(run) => void navigate(`/imports/${run.import_id}`)}
        widthMin={900}
      />
    </>
  );
}
