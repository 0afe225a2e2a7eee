/** One piece of news: a mark for its level, what happened, what to do about it. */
import {
  CheckCircleFilled,
  CloseCircleFilled,
  ExclamationCircleFilled,
  InfoCircleFilled,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useWords } from '@/ui/i18n';
import type { Notice } from '../queries';
import { useTold } from '../told';
import { words } from '../words';

const MARKS: Record<string, ReactNode> = {
  done: <CheckCircleFilled className="notice-done" />,
  info: <InfoCircleFilled className="notice-info" />,
  warning: <ExclamationCircleFilled className="notice-warning" />,
  error: <CloseCircleFilled className="notice-error" />,
};

interface NoticeLineProps {
  notice: Notice;
  onFollow: () => void;
}

export function NoticeLine({ notice, onFollow }: NoticeLineProps) {
  const w = useWords(words);
  const { title, below, to } = useTold()(notice);
  const levels: Record<string, string> = {
    done: w.levelDone,
    info: w.levelInfo,
    warning: w.levelWarning,
    error: w.levelError,
  };
  return (
    <div className="notice-line">
      <span role="img" aria-label={levels[notice.level] ?? notice.level}>
        {MARKS[notice.level]}
      </span>
      <div>
        {to ? (
          <Link to={to} className={notice.read ? '' : 'notice-unread'} onClick={onFollow}>
            {title}
          </Link>
        ) : (
          <span className={notice.read ? '' : 'notice-unread'}>{title}</span>
        )}
        <small>{below}</small>
      </div>
    </div>
  );
}
