/** How the key of personal data stands; it is changed on the server. */
import { Alert, Card, Descriptions, Flex } from 'antd';
import { Definition } from '@/ui/definition';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { wordOf } from '@/ui/progress/work-progress';
import { StateBlock } from '@/ui/state-block';
import { Time } from '@/ui/time';
import { type KeyStatus, useKeys } from '../queries';
import { partWords, words } from '../words';

function Standing({ keys }: { keys: KeyStatus }) {
  const w = useWords(words);
  const names: Record<string, string> = useWords(partWords);
  const language = useLanguage();
  const left = Object.entries(keys.left).filter(([, count]) => count > 0);
  const total = left.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Flex vertical gap={16}>
      <Alert
        type={keys.unreadable ? 'error' : 'success'}
        showIcon
        title={keys.unreadable ? w.unreadable(keys.unreadable) : w.readable}
        description={
          total
            ? `${w.leftOld(total)} (${left.map(([part, count]) => `${wordOf(names, part)} ${count}`).join(' · ')})`
            : w.allNew
        }
      />
      <Card size="small">
        <Descriptions
          column={1}
          size="small"
          items={[
            {
              key: 'newest',
              label: w.newestKey,
              children: (
                <span>
                  {w.keyNumber(keys.newest)} · <code>{keys.key_id}</code>
                </span>
              ),
            },
            { key: 'old', label: w.oldKeys, children: keys.readable.map(w.keyNumber).join(' · ') },
            {
              key: 'index',
              label: <Definition of={{ definition: w.byIndexHelp, unit: w.count }}>{w.byIndex}</Definition>,
              children: numText(keys.by_index_alone, language),
            },
          ]}
        />
        <p className="privacy-quiet">{w.howTo}</p>
      </Card>
      <Card size="small" title={w.rotations}>
        {keys.rotations.length === 0 ? (
          <p className="privacy-quiet">{w.noRotation}</p>
        ) : (
          <ul className="privacy-parts">
            {keys.rotations.map((one) => (
              <li key={one.version}>
                <span>
                  {w.keyNumber(one.version)} · <code>{one.key_id}</code>
                </span>
                <small>
                  {w.since} <Time at={one.started_at} /> · {w.until}{' '}
                  {one.finished_at ? <Time at={one.finished_at} /> : w.underWay}
                </small>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Flex>
  );
}

export function KeysTab() {
  const query = useKeys();
  return (
    <StateBlock query={query} height={320}>
      {(keys) => <Standing keys={keys} />}
    </StateBlock>
  );
}
