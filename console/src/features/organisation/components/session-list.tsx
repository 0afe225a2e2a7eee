/** Where somebody is signed in: each device can be signed out, or all of them. */
import { App, Flex } from 'antd';
import { ConfirmButton } from '@/ui/confirm-button';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useAccountActions, useSessions, type WebSession } from '../queries-account';
import { words } from '../words/security';

const KNOWN = [
  ['Edg/', 'Edge'],
  ['MicroMessenger', '微信 WeChat'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const SYSTEMS = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS', 'Linux'];

/** Chrome · Windows rather than a line of versions. */
export function browserOf(agent: string): string {
  const browser = KNOWN.find(([sign]) => agent.includes(sign))?.[1];
  const system = SYSTEMS.find((name) => agent.includes(name));
  return [browser, system].filter(Boolean).join(' · ') || agent.slice(0, 40) || '—';
}

/** `userId`: somebody else's, for an owner. */
export function SessionList({ userId, editable = true }: { userId?: number; editable?: boolean }) {
  const w = useWords(words);
  const { message } = App.useApp();
  const query = useSessions(userId);
  const { endSession, endSessions } = useAccountActions();
  const columns: DataColumn<WebSession>[] = [
    {
      key: 'user_agent',
      title: w.browser,
      render: (one) => (
        <Flex gap={8} align="center">
          <span title={one.user_agent}>{browserOf(one.user_agent)}</span>
          {one.current ? <ToneTag tone="good">{w.current}</ToneTag> : null}
        </Flex>
      ),
    },
    { key: 'address', title: w.address, width: 150, render: (one) => <code>{one.address}</code> },
    { key: 'created_at', title: w.since, width: 160, render: (one) => <Time at={one.created_at} /> },
    {
      key: 'last_seen_at',
      title: w.seen,
      width: 120,
      render: (one) => <Time at={one.last_seen_at} look="relative" />,
    },
  ];
  const act: DataColumn<WebSession> = {
    key: 'actions',
    title: '',
    width: 90,
    render: (one) =>
      one.current ? null : (
        <ConfirmButton
          type="link"
          size="small"
          danger
          question={w.endQuestion}
          onConfirm={() => endSession(one.session_id, userId)}
        >
          {w.end}
        </ConfirmButton>
      ),
  };
  const endAll = async () => message.success(w.ended((await endSessions(userId)).sessions));
  const others = (query.data?.items ?? []).filter((one) => !one.current).length;
  return (
    <DataTable<WebSession>
      label={w.sessions}
      rowKey="session_id"
      columns={editable ? [...columns, act] : columns}
      query={query}
      empty={{ text: w.none }}
      widthMin={620}
      title={w.sessions}
      toolbar={
        editable && others > 0 ? (
          <ConfirmButton
            danger
            question={userId === undefined ? w.endOthersQuestion : w.endAllQuestion}
            onConfirm={endAll}
          >
            {userId === undefined ? w.endOthers : w.endAll}
          </ConfirmButton>
        ) : null
      }
    />
  );
}
