/** How far sending is, and where the messages stand. */
import { Card, Flex, Progress } from 'antd';
import { Definition } from '@/ui/definition';
import { useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import type { Results } from '../queries';
import { settledMessages } from '../verdict';
import { words } from '../words/result';
import { useFigures } from './use-figures';

const SHOWN = [
  'planned',
  'deferred',
  'claimed',
  'uncertain',
  'accepted',
  'delivered',
  'failed',
  'suppressed',
  'stopped',
] as const;

export function ProgressCard({ results }: { results: Results }) {
  const w = useWords(words);
  const f = useFigures();
  const total = results.messages.total ?? 0;
  const done = settledMessages(results.messages);
  const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
  const text = w.progressOf(f.count(done), f.count(total));
  return (
    <Card>
      <Flex justify="space-between" gap={12} role="status">
        <Definition of={{ definition: w.progressMeaning, unit: w.messagesUnit }}>{w.progress}</Definition>
        <span className="num">{text}</span>
      </Flex>
      <Progress percent={percent} status="active" aria-label={text} />
      <Flex gap={20} wrap className="cp-quiet">
        {SHOWN.filter((state) => (results.messages[state] ?? 0) > 0).map((state) => (
          <span key={state}>
            {w[state]} <Num value={results.messages[state]} />
          </span>
        ))}
      </Flex>
    </Card>
  );
}
