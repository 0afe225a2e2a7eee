/** Tags: groups and their tags, and what was done to many customers at once. */
import { PlusOutlined, TagsOutlined } from '@ant-design/icons';
import { App, Button, Card, Table } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import '../customers.css';
import { type TagRun, useTagActions, useTagRuns, useTags } from '../by-hand-queries';
import { BulkTagging } from '../components/bulk-tagging';
import { NameModal } from '../components/name-modal';
import { TagGroupCard } from '../components/tag-group-card';
import { words } from '../words/tags';

function RunResult({ run }: { run: TagRun }) {
  const w = useWords(words);
  const language = useLanguage();
  if (run.undone_at) return <ToneTag tone="neutral">{w.undone(run.undone_by ?? '')}</ToneTag>;
  if (!run.finished_at) return <ToneTag tone="running">{w.working}</ToneTag>;
  return (
    <>
      {w.changed(numText(run.customers ?? 0, language))}
      {run.unknown > 0 ? <span className="quiet"> · {w.unknown(numText(run.unknown, language))}</span> : null}
    </>
  );
}

function Runs({ editable }: { editable: boolean }) {
  const w = useWords(words);
  const query = useTagRuns();
  const { undo } = useTagActions();
  const { message } = App.useApp();
  const take = async (run: TagRun) => {
    await undo(run.tag_run_id);
    message.success(w.undoStarted);
  };
  return (
    <Card title={w.runs}>
      <StateBlock
        query={query}
        height={120}
        isEmpty={(runs) => runs.length === 0}
        empty={{ text: w.runsEmpty }}
      >
        {(runs) => (
          <Table<TagRun>
            size="small"
            rowKey="tag_run_id"
            dataSource={runs}
            pagination={runs.length > 10 ? { pageSize: 10 } : false}
            scroll={{ x: 760 }}
            columns={[
              {
                key: 'what',
                title: w.what,
                render: (_, run) => (
                  <>
                    {run.adds ? w.adds : w.takes} <b>{`${run.group_name} · ${run.tag_name}`}</b>
                  </>
                ),
              },
              {
                key: 'whom',
                title: w.whom,
                render: (_, run) => `${run.source === 'rule' ? w.rule : w.import} · ${run.title}`,
              },
              { key: 'who', title: w.who, dataIndex: 'started_by', width: 110 },
              { key: 'when', title: w.when, width: 150, render: (_, run) => <Time at={run.created_at} /> },
              { key: 'result', title: w.result, render: (_, run) => <RunResult run={run} /> },
              {
                key: 'actions',
                title: w.actions,
                width: 130,
                render: (_, run) =>
                  run.finished_at && !run.undone_at && editable ? (
                    <ConfirmButton
                      size="small"
                      type="link"
                      question={w.undoQuestion}
                      detail={w.undoDetail}
                      onConfirm={() => take(run)}
                    >
                      {w.undo}
                    </ConfirmButton>
                  ) : (
                    <Link to="/tasks">{w.toTask}</Link>
                  ),
              },
            ]}
          />
        )}
      </StateBlock>
    </Card>
  );
}

export function TagsPage() {
  const w = useWords(words);
  const editable = useCan('customers.edit');
  const query = useTags();
  const { addGroup } = useTagActions();
  const [asking, setAsking] = useState<'group' | 'bulk'>();
  const group = (primary: boolean) => (
    <Button type={primary ? 'primary' : 'default'} icon={<PlusOutlined />} onClick={() => setAsking('group')}>
      {w.newGroup}
    </Button>
  );
  const some = (query.data?.tags.length ?? 0) > 0;
  return (
    <div className="tag-groups">
      <PageHead
        title={w.title}
        desc={w.desc}
        extra={
          editable ? (
            <>
              <Button icon={<TagsOutlined />} disabled={!some} onClick={() => setAsking('bulk')}>
                {w.bulk}
              </Button>
              {group(true)}
            </>
          ) : null
        }
      />
      <StateBlock
        query={query}
        height={200}
        isEmpty={(found) => found.groups.length === 0}
        empty={{ text: w.groupsEmpty, action: editable ? group(false) : null }}
      >
        {(found) => (
          <div className="form-columns tag-cards">
            {found.groups.map((one) => (
              <TagGroupCard
                key={one.tag_group_id}
                group={one}
                tags={found.tags.filter(({ tag_group_id }) => tag_group_id === one.tag_group_id)}
                editable={editable}
              />
            ))}
          </div>
        )}
      </StateBlock>
      <Runs editable={editable} />
      {asking === 'bulk' ? <BulkTagging onClose={() => setAsking(undefined)} /> : null}
      {asking === 'group' ? (
        <NameModal
          title={w.newGroup}
          okText={w.newGroupOk}
          label={w.groupName}
          group="new"
          onSave={addGroup}
          onClose={() => setAsking(undefined)}
        />
      ) : null}
    </div>
  );
}
