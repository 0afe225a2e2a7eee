/** A search field that waits until the person has paused before it asks the server. */
import { SearchOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useEffect, useState } from 'react';
import { tokens } from './tokens';

const PAUSE_MS = 300;

interface SearchBoxProps {
  value: string;
  onSearch: (text: string) => void;
  placeholder: string;
  width?: number;
}

export function SearchBox({ value, onSearch, placeholder, width = 240 }: SearchBoxProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onSearch(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onSearch]);
  return (
    <Input
      allowClear
      value={text}
      aria-label={placeholder}
      placeholder={placeholder}
      prefix={<SearchOutlined style={{ color: tokens.color.textTertiary }} />}
      style={{ width }}
      onChange={(event) => setText(event.target.value)}
      onPressEnter={() => onSearch(text.trim())}
    />
  );
}
