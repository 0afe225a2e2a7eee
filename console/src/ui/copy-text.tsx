/** A short text that one click copies: ids, keys, request numbers. */
import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Typography } from 'antd';
import { useWords } from './i18n';
import { words } from './words';

interface CopyTextProps {
  text: string;
  /** What is shown instead of the text itself. */
  label?: string;
}

export function CopyText({ text, label }: CopyTextProps) {
  const w = useWords(words);
  return (
    <Typography.Text
      className="copy-text"
      copyable={{
        text,
        tooltips: [w.copy, w.copied],
        icon: [
          <CopyOutlined key="copy" aria-label={w.copy} />,
          <CheckOutlined key="done" aria-label={w.copied} />,
        ],
      }}
    >
      {label ?? text}
    </Typography.Text>
  );
}
