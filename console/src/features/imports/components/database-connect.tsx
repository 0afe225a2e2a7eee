/** The first step: where the database is, which rows, and a look at the first of them. */
import { Alert, Button, Flex, Form, Input, Radio, Select, Table } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { ErrorBlock } from '@/ui/state-block';
import { cursorColumns, likelyCursor, type Pull, type PullDraft, rowsOf, usePullActions } from '../databases';
import { words } from '../words/databases';

interface ConnectProps {
  draft: PullDraft;
  of: Pull | undefined;
  onChange: (draft: PullDraft) => void;
}

const COLUMN_WIDTH = 150;

function FirstRows({ draft }: { draft: PullDraft }) {
  const w = useWords(words);
  const { tried } = draft;
  if (!tried) return null;
  const { sample, columns } = tried.upload;
  return (
    <section>
      <h3 className="step-heading">{w.firstRows(sample.length)}</h3>
      <Table
        size="small"
        pagination={false}
        rowKey={(row) => sample.indexOf(row)}
        scroll={{ x: columns.length * COLUMN_WIDTH, y: 320 }}
        dataSource={sample}
        columns={columns.map((name) => ({
          key: name,
          title: name,
          width: COLUMN_WIDTH,
          ellipsis: true,
          render: (_: unknown, row: Record<string, string | null>) => row[name] ?? '—',
        }))}
      />
    </section>
  );
}

function Cursor({ draft, onChange }: ConnectProps) {
  const w = useWords(words);
  const columns = cursorColumns(draft.tried);
  if (!draft.tried) return null;
  if (columns.length === 0) return <Alert type="error" showIcon title={w.noCursor} />;
  return (
    <Form.Item label={w.cursor} extra={w.cursorHelp} required>
      <Select
        aria-label={w.cursor}
        value={draft.cursor || null}
        placeholder={w.cursorNeeded}
        options={columns.map((value) => ({ value, label: value }))}
        onChange={(cursor) => onChange({ ...draft, cursor: cursor ?? '' })}
        className="database-field"
      />
    </Form.Item>
  );
}

function Rows({ draft, set }: { draft: PullDraft; set: (changes: Partial<PullDraft>) => void }) {
  const w = useWords(words);
  return (
    <>
      <Form.Item label={w.by}>
        <Radio.Group
          value={draft.by}
          options={[
            { value: 'table', label: w.byTable },
            { value: 'query', label: w.byQuery },
          ]}
          onChange={({ target }) => set({ by: target.value })}
        />
      </Form.Item>
      {draft.by === 'table' ? (
        <Form.Item label={w.tableName} extra={w.tableHelp} required htmlFor="database-table">
          <Input
            id="database-table"
            className="mono database-field"
            maxLength={200}
            value={draft.table}
            onChange={({ target }) => set({ table: target.value })}
          />
        </Form.Item>
      ) : (
        <Form.Item label={w.query} extra={w.queryHelp} required htmlFor="database-query">
          <Input.TextArea
            id="database-query"
            className="mono"
            spellCheck={false}
            autoSize={{ minRows: 4, maxRows: 16 }}
            maxLength={20_000}
            value={draft.query}
            onChange={({ target }) => set({ query: target.value })}
          />
        </Form.Item>
      )}
    </>
  );
}

export function DatabaseConnect({ draft, of, onChange }: ConnectProps) {
  const w = useWords(words);
  const { look } = usePullActions();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  /** Another place or other rows: what was seen is not what will come. */
  const set = (changes: Partial<PullDraft>) => {
    const { tried: _seen, file: _map, ...rest } = draft;
    onChange({ ...rest, ...changes });
  };
  const run = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const rows = { ...rowsOf(draft), cursor_column: '', title: draft.title.trim() };
      const tried = await look({ ...rows, ...(of ? { pull_id: of.pull_id } : {}) });
      const kept = cursorColumns(tried).includes(draft.cursor) ? draft.cursor : likelyCursor(tried);
      const { file: _map, ...rest } = draft;
      onChange({ ...rest, tried, cursor: kept });
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const ready = (draft.url || of) && (draft.by === 'table' ? draft.table.trim() : draft.query.trim());
  return (
    <Form layout="vertical" onFinish={() => void run()}>
      <div className="database-columns">
        <div>
          <Form.Item label={w.name} extra={w.nameHelp} required htmlFor="database-name">
            <Input
              id="database-name"
              maxLength={100}
              autoComplete="off"
              value={draft.title}
              onChange={({ target }) => onChange({ ...draft, title: target.value })}
            />
          </Form.Item>
          <Form.Item
            label={w.address}
            extra={of ? w.addressKept(of.database) : w.addressHelp}
            required={!of}
            htmlFor="database-address"
          >
            <Input.Password
              id="database-address"
              className="mono"
              autoComplete="off"
              maxLength={2_000}
              placeholder="postgresql://reader:password@db.example.com:5432/erp"
              value={draft.url}
              onChange={({ target }) => set({ url: target.value })}
            />
          </Form.Item>
        </div>
        <div>
          <Rows draft={draft} set={set} />
          <Form.Item label={w.becomes} extra={w.becomesHelp}>
            <Radio.Group
              value={draft.becomes}
              options={[
                { value: 'import', label: w.becomesImport },
                { value: 'events', label: w.becomesEvents },
              ]}
              onChange={({ target }) => onChange({ ...draft, becomes: target.value })}
            />
          </Form.Item>
        </div>
      </div>
      <Flex vertical gap={16}>
        <div>
          <Button
            htmlType="submit"
            loading={busy}
            disabled={!ready}
            type={draft.tried ? 'default' : 'primary'}
          >
            {busy ? w.looking : w.look}
          </Button>
        </div>
        {error ? <ErrorBlock error={error} title={w.lookFailed} /> : null}
        <Cursor draft={draft} of={of} onChange={onChange} />
        <FirstRows draft={draft} />
      </Flex>
    </Form>
  );
}
