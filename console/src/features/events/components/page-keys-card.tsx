/** Public keys of web pages and mini programs: where they stand, from which sites they may send. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal, Tabs } from 'antd';
import { useState } from 'react';
import { ConfirmButton } from '@/ui/confirm-button';
import { CopyText } from '@/ui/copy-text';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { type PageKey, usePageKeyActions, usePageKeys } from '../queries';
import { miniProgramSnippet, pageSnippet } from '../snippets';
import { words } from '../words/pages';
import { Snippet } from './connect-modal';
import { ListedCard, type ListedColumn } from './listed-card';

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

interface ActsProps {
  one: PageKey;
  onInstall: () => void;
  onEdit: () => void;
}

function Acts({ one, onInstall, onEdit }: ActsProps) {
  const w = useWords(words);
  const edits = useCan('keys.edit');
  const { revoke } = usePageKeyActions();
  if (one.revoked_at) return <ToneTag tone="neutral">{w.revoked}</ToneTag>;
  return (
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
  );
}

function useColumns(): ListedColumn<PageKey>[] {
  const w = useWords(words);
  return [
    { key: 'source', title: w.source, render: (one) => <b>{one.source}</b> },
    { key: 'key', title: w.key, render: (one) => <CopyText text={one.public_key} /> },
    {
      key: 'origins',
      title: w.origins,
      render: (one) => one.origins.map((origin) => <div key={origin}>{origin}</div>),
    },
    { key: 'created', title: w.created, render: (one) => <Time at={one.created_at} /> },
  ];
}

export function PageKeysCard() {
  const w = useWords(words);
  const edits = useCan('keys.edit');
  const [editing, setEditing] = useState<PageKey | 'new'>();
  const [installing, setInstalling] = useState<PageKey>();
  const add = edits ? (
    <Button icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {w.add}
    </Button>
  ) : null;
  return (
    <ListedCard<PageKey>
      title={w.title}
      extra={add}
      desc={w.desc}
      query={usePageKeys()}
      empty={w.empty}
      columns={useColumns()}
      keyOf={(one) => one.page_key_id}
      actions={{
        title: w.actions,
        render: (one) => (
          <Acts one={one} onInstall={() => setInstalling(one)} onEdit={() => setEditing(one)} />
        ),
      }}
    >
      {editing ? (
        <KeyModal of={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
      ) : null}
      {installing ? <InstallModal of={installing} onClose={() => setInstalling(undefined)} /> : null}
    </ListedCard>
  );
}
