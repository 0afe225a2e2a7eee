/** A program is connected: a key that can only send events, and how to use it. */
import { Form, Input, Tabs } from 'antd';
import { useState } from 'react';
import { CopyText } from '@/ui/copy-text';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { SecretModal } from '@/ui/secret-modal';
import { useCreateSendingKey } from '../queries';
import { curlSnippet, pythonSnippet } from '../snippets';
import { words } from '../words/sources';

export function Snippet({ text }: { text: string }) {
  return (
    <div className="snippet">
      <pre>{text}</pre>
      <CopyText text={text} label="" />
    </div>
  );
}

/** The key, shown once. */
export function SendingSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const w = useWords(words);
  const [at] = useState(() => new Date().toISOString());
  const tabs = [
    { key: 'curl', label: w.curl, children: <Snippet text={curlSnippet(location.origin, secret, at)} /> },
    { key: 'python', label: w.python, children: <Snippet text={pythonSnippet(location.origin, secret)} /> },
  ];
  return (
    <SecretModal
      secret={secret}
      width={720}
      title={w.secretTitle}
      text={w.secretText}
      once={w.secretOnce}
      done={w.done}
      onClose={onClose}
    >
      <Tabs items={tabs} />
    </SecretModal>
  );
}

interface ConnectModalProps {
  onSecret: (secret: string) => void;
  onClose: () => void;
}

export function ConnectModal({ onSecret, onClose }: ConnectModalProps) {
  const w = useWords(words);
  const create = useCreateSendingKey();
  const [form] = Form.useForm<{ source: string }>();
  return (
    <FormModal<{ source: string }>
      open
      title={w.createTitle}
      okText={w.createOk}
      form={form}
      onSave={async ({ source }) => onSecret((await create(source.trim())).secret)}
      onClose={onClose}
    >
      <Form.Item
        name="source"
        label={w.sourceName}
        extra={w.sourceHelp}
        rules={[{ required: true, whitespace: true, message: w.sourceNeeded }]}
      >
        <Input maxLength={100} autoFocus autoComplete="off" />
      </Form.Item>
    </FormModal>
  );
}
