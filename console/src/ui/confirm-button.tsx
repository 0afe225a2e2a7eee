/** A button that asks once before it acts, waits for the answer and shows a refusal. */
import { App, Button, type ButtonProps, Popconfirm } from 'antd';
import { type ReactNode, useState } from 'react';
import { useWords } from './i18n';
import { useProblemText } from './state-block';
import { words } from './words';

interface ConfirmButtonProps extends Omit<ButtonProps, 'onClick' | 'loading' | 'title'> {
  /** The question. */
  question: string;
  /** What will happen, and whether it can be undone. */
  detail?: ReactNode;
  okText?: string;
  onConfirm: () => Promise<unknown>;
}

export function ConfirmButton({
  question,
  detail,
  okText,
  onConfirm,
  children,
  ...button
}: ConfirmButtonProps) {
  const w = useWords(words);
  const textOf = useProblemText();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    try {
      await onConfirm();
    } catch (error) {
      message.error(textOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Popconfirm
      title={question}
      description={detail}
      okText={okText ?? w.confirm}
      cancelText={w.cancel}
      okButtonProps={{ danger: button.danger ?? false }}
      onConfirm={() => void act()}
      disabled={button.disabled ?? false}
      styles={{ root: { maxWidth: 360 } }}
    >
      <Button {...button} loading={busy}>
        {children}
      </Button>
    </Popconfirm>
  );
}
