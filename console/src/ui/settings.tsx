/** Pages of settings: sections with an explanation on the left, and a footer that saves or discards. */
import { Button, Flex } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from './i18n';
import './settings.css';
import { words } from './words';

export function SettingSection({
  title,
  help,
  children,
}: {
  title: string;
  help: string;
  children: ReactNode;
}) {
  return (
    <section className="setting-section">
      <div>
        <h2>{title}</h2>
        <p>{help}</p>
      </div>
      <div>{children}</div>
    </section>
  );
}

interface SettingFootProps {
  touched: boolean;
  busy: boolean;
  onDiscard: () => void;
}

/** Inside a form: the button submits it. */
export function SettingFoot({ touched, busy, onDiscard }: SettingFootProps) {
  const w = useWords(words);
  return (
    <Flex className="setting-foot" gap={12} align="center" justify="flex-end">
      {touched ? <span role="status">{w.unsaved}</span> : null}
      <Button onClick={onDiscard} disabled={!touched}>
        {w.discard}
      </Button>
      <Button type="primary" htmlType="submit" loading={busy} disabled={!touched}>
        {w.save}
      </Button>
    </Flex>
  );
}
