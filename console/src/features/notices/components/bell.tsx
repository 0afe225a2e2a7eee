/** The bell in the header: how much is unread, and the newest news. */
import { BellOutlined } from '@ant-design/icons';
import { App, Badge, Button, Popover } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useWords } from '@/ui/i18n';
import { StateBlock, useProblemText } from '@/ui/state-block';
import { Time } from '@/ui/time';
import '../notices.css';
import { useLatest, useRead, useUnread } from '../queries';
import { words } from '../words';
import { NoticeLine } from './notice-line';

export function Bell() {
  const w = useWords(words);
  const { message } = App.useApp();
  const textOf = useProblemText();
  const [open, setOpen] = useState(false);
  const unread = useUnread().data?.unread ?? 0;
  const latest = useLatest(open, unread);
  const read = useRead();
  const mark = (ids?: number[]) => void read(ids).catch((error: unknown) => message.error(textOf(error)));
  const close = () => setOpen(false);
  const panel = (
    <div className="bell-panel">
      <div className="bell-head">
        <b>{w.title}</b>
        <Button type="link" size="small" disabled={unread === 0} onClick={() => mark()}>
          {w.readAll}
        </Button>
      </div>
      <StateBlock query={latest} isEmpty={({ items }) => items.length === 0} empty={{ text: w.empty }}>
        {({ items }) => (
          <ul>
            {items.map((notice) => (
              <li key={notice.notice_id}>
                <NoticeLine
                  notice={notice}
                  onFollow={() => {
                    close();
                    if (!notice.read) mark([notice.notice_id]);
                  }}
                />
                <Time at={notice.at} look="relative" />
              </li>
            ))}
          </ul>
        )}
      </StateBlock>
      <Link to="/notices" className="bell-all" onClick={close}>
        {w.seeAll}
      </Link>
    </div>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomRight" content={panel}>
      <Button
        type="text"
        aria-label={unread ? w.unreadCount(unread) : w.bell}
        aria-expanded={open}
        icon={
          <Badge count={unread} size="small" overflowCount={99}>
            <BellOutlined />
          </Badge>
        }
      />
    </Popover>
  );
}
