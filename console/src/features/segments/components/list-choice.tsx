/** Who is on a list: an uploaded file and its column, or keys typed in; and what customers are known by. */
import { Alert, Button, Flex, Form, Input, Segmented, Select, Table } from 'antd';
import { FileDrop } from '@/ui/file-drop';
import { useWords } from '@/ui/i18n';
import { type ListChoice, type ListUpload, useKnownBy } from '../members-queries';
import { words } from '../members-words';

const MEGABYTES_MAX = 200;
const ALWAYS = ['phone', 'member_no', 'customer_id'];

export interface Draft {
  by: 'file' | 'hand';
  upload: ListUpload | undefined;
  column: string;
  knownBy: string;
  keys: string;
}

export const EMPTY_DRAFT: Draft = { by: 'file', upload: undefined, column: '', knownBy: 'phone', keys: '' };

/** The list as the server takes it; nothing while it is not complete. */
export function choiceOf(draft: Draft): ListChoice | undefined {
  if (draft.by === 'file')
    return draft.upload
      ? { upload_id: draft.upload.upload_id, column: draft.column, known_by: draft.knownBy }
      : undefined;
  const keys = draft.keys
    .split(/[\n,，;；]/)
    .map((each) => each.trim())
    .filter(Boolean);
  return keys.length > 0 ? { keys, known_by: draft.knownBy } : undefined;
}

function Beginning({ upload, column }: { upload: ListUpload; column: string }) {
  const w = useWords(words);
  return (
    <Form.Item label={w.sample}>
      <Table
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        rowKey={(row) => JSON.stringify(row)}
        columns={upload.columns.slice(0, 8).map((name) => ({
          title: name,
          dataIndex: name,
          className: name === column ? 'list-column' : '',
        }))}
        dataSource={upload.sample.slice(0, 4)}
      />
    </Form.Item>
  );
}

interface ListChoiceProps {
  draft: Draft;
  disabled: boolean;
  refusal: string | undefined;
  onChange: (patch: Partial<Draft>) => void;
  onFile: (file: File) => void;
}

export function ListChoiceForm({ draft, disabled, refusal, onChange, onFile }: ListChoiceProps) {
  const w = useWords(words);
  const used = useKnownBy().data ?? [];
  const spaces = [...new Set([...ALWAYS, ...used, draft.knownBy])];
  const knownBy = (
    <Form.Item label={w.knownBy} style={{ flex: 1 }}>
      <Select
        aria-label={w.knownBy}
        value={draft.knownBy}
        disabled={disabled}
        options={spaces.map((value) => ({ value, label: w.namespaceOf(value) }))}
        onChange={(value) => onChange({ knownBy: value })}
      />
    </Form.Item>
  );
  return (
    <>
      <Segmented<Draft['by']>
        className="list-by"
        disabled={disabled}
        value={draft.by}
        options={[
          { value: 'file', label: w.byFile },
          { value: 'hand', label: w.byHand },
        ]}
        onChange={(by) => onChange({ by })}
      />
      {refusal ? <Alert type="error" showIcon role="alert" title={refusal} className="list-refusal" /> : null}
      {draft.by === 'hand' ? (
        <>
          {knownBy}
          <Form.Item label={w.keys} extra={w.keysHelp}>
            <Input.TextArea
              aria-label={w.keys}
              rows={6}
              value={draft.keys}
              disabled={disabled}
              onChange={({ target }) => onChange({ keys: target.value })}
            />
          </Form.Item>
        </>
      ) : draft.upload ? (
        <>
          <Flex justify="space-between" align="center" gap={12} className="list-file">
            <span>{w.chosen(draft.upload.file_name)}</span>
            <Button size="small" disabled={disabled} onClick={() => onChange({ upload: undefined })}>
              {w.another}
            </Button>
          </Flex>
          <Flex gap={12}>
            <Form.Item label={w.column} style={{ flex: 1 }}>
              <Select
                aria-label={w.column}
                value={draft.column}
                disabled={disabled}
                options={draft.upload.columns.map((value) => ({ value, label: value }))}
                onChange={(column) => onChange({ column })}
              />
            </Form.Item>
            {knownBy}
          </Flex>
          <Beginning upload={draft.upload} column={draft.column} />
        </>
      ) : (
        <FileDrop
          accept=".csv,.tsv,.txt,.xlsx"
          megabytesMax={MEGABYTES_MAX}
          hint={w.accept}
          disabled={disabled}
          onFiles={([first]) => {
            if (first) onFile(first);
          }}
        />
      )}
    </>
  );
}
