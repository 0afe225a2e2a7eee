/** Stored JSON, readable and copyable; long documents open on demand. */
import { Button, Flex, Typography } from 'antd';
import { useState } from 'react';
import { useWords } from './i18n';
import { words } from './words';

const LINES_CLOSED = 16;

export function JsonView({ value, label }: { value: unknown; label?: string }) {
  const w = useWords(words);
  const [open, setOpen] = useState(false);
  const text = JSON.stringify(value, null, 2) ?? 'null';
  const lines = text.split('\n');
  const long = lines.length > LINES_CLOSED;
  const shown = open || !long ? text : `${lines.slice(0, LINES_CLOSED).join('\n')}\n…`;
  return (
    <div className="json-view">
      <Flex justify="space-between" align="center">
        <span className="json-label">{label ?? 'JSON'}</span>
        <Typography.Text copyable={{ text, tooltips: [w.copy, w.copied] }} />
      </Flex>
      <pre>{shown}</pre>
      {long ? (
        <Button type="link" size="small" onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? w.collapse : w.expand}
        </Button>
      ) : null}
    </div>
  );
}
