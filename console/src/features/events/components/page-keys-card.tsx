/** Public keys of web pages and mini programs: where they stand, from which sites they may send. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Card, Form, Input, Modal, Tabs } from 'antd';
import { useState } from 'react';
import { ConfirmButton } from '@/ui/confirm-button';
import { CopyText } from '@/ui/copy-text';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { type PageKey, usePageKeyActions, usePageKeys } from '../queries';
import { miniProgramSnippet, pageSnippet } from '../snippets';
import { words } from '../words/pages';
import { Snippet } from './connect-modal';

interface Values {
  source: string;
  origins: string;
}

const linesOf = (text: string): string[] =>
  text
    .split(/\s+/)
    .map((line) => line.trim())
    .filter(Boolean);

/** A new key, or the sites of one that there is. */
function KeyModal({ of, onClose }: { of: PageKey | undefined; onClose: () => void }) {
  const w = useWords(words);
  const { add, setOrigins } = usePageKeyActions();
  const [form] = Form.useForm<Values>();
  const save = ({ source, origins }: Values) =>
    of ? setOrigins(of.page_key_id, linesOf(origins)) : add(source.trim(), linesOf(origins));
  return (
    <FormModal<Values>
      open
      title={of ? w.editTitle(of.source) : w.add}
      okText={w.save}
      form={form}
      initialValues={{ source: of?.source ?? '', origins: of?.origins.join('\n') ?? '' }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item<Values>
        name="source"
        label={w.source}
        rules={[{ required: true, whitespace: true, message: w.sourceNeeded }]}
      >
        <Input maxLength={100} disabled={of !== undefined} autoFocus={!of} autoComplete="off" />
      </Form.Item>
      <Form.Item<Values>
        name="origins"
        label={w.origins}
        extra={w.originsHelp}
        rules={[{ required: true, whitespace: true, message: w.originsNeeded }]}
      >
        <Input.TextArea rows={4} />
      </Form.Item>
    </FormModal>
  );
}

function InstallModal({ of, onClose }: { of: PageKey; onClose: () => void }) {
  const w = useWords(words);
  const { origin } = location;
  const tab = (key: string, label: string, help: string, text: string) => ({
    key,
    label,
    children: (
      <>
        <p className="quiet">{help}</p>
        <Snippet text={text} />
      </>
    ),
  });
  return (
    <Modal open width={720} title={w.installTitle} footer={null} onCancel={onClose}>
      <Tabs
        items={[
          tab('web', w.web, w.webHelp, pageSnippet(origin, of.public_key)),
          tab('mini', w.mini, w.miniHelp(`${origin}/siyu.js`), miniProgramSnippet(origin, of.public_key)),
        ]}
      />
    </Modal>
  );
}

interface RowProps {
  one: PageKey;
  onInstall: () => void;
  onEdit: () => void;
}

function KeyRow({ one, onInstall, onEdit }: RowProps) {
  const w = useWords(words);
  const edits = useCan('keys.edit');
  const { revoke } = usePageKeyActions();
  return (
    <tr>
      <td>
        <b>{one.source}</b>
      </td>
      <td>
        <CopyText text={one.public_key} />
      </td>
      <td>
        {one.origins.map((origin) => (
          <div key={origin}>{origin}</div>
        ))}
      </td>
      <td>
        <Time at={one.created_at} />
      </td>
      <td className="reject-group-acts">
        {one.revoked_at ? (
          <ToneTag tone="neutral">{w.revoked}</ToneTag>
        ) : (
          <>
            <Button type="link" size="small" onClick={onInstall}>
              {w.install}
            </Button>
            {edits ? (
              <>
                <Button type="link" size="small" onClick={onEdit}>
                  {w.edit}
                </Button>
                <ConfirmButton
                  type="link"
                  size="small"
                  danger
                  question={w.revokeQuestion(one.source)}
                  detail={w.revokeDetail}
                  onConfirm={() => revoke(one.page_key_id)}
                >
                  {w.revoke}
                </ConfirmButton>
              </>
            ) : null}
          </>
        )}
      </td>
    </tr>
  );
}

export function PageKeysCard() {
  const w = useWords(words);
  const edits = useCan('keys.edit');
  const query = usePageKeys();
  const [editing, setEditing] = useState<PageKey | 'new'>();
  const [installing, setInstalling] = useState<PageKey>();
  const add = edits ? (
    <Button icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {w.add}
    </Button>
  ) : null;
  return (
    <Card className="section-gap" title={w.title} extra={add}>
      <p className="quiet">{w.desc}</p>
      <StateBlock
        query={query}
        height={120}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: w.empty }}
      >
        {({ items }) => (
          <table className="event-table" aria-label={w.title}>
            <thead>
              <tr>
                <th scope="col">{w.source}</th>
                <th scope="col">{w.key}</th>
                <th scope="col">{w.origins}</th>
                <th scope="col">{w.created}</th>
                <th scope="col">{w.actions}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <KeyRow
                  key={one.page_key_id}
                  one={one}
                  onInstall={() => setInstalling(one)}
                  onEdit={() => setEditing(one)}
                />
              ))}
            </tbody>
          </table>
        )}
      </StateBlock>
      {editing ? (
        <KeyModal of={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
      ) : null}
      {installing ? <InstallModal of={installing} onClose={() => setInstalling(undefined)} /> : null}
    </Card>
  );
}
