/** What stands in the way of a destination, and what to do about it. */
import { Alert } from 'antd';
import { useWords } from '@/ui/i18n';
import { Time } from '@/ui/time';
import type { Destination } from '../queries';
import { pausedItself, shownState } from '../standing';
import { words } from '../words';

export function Notice({ one }: { one: Destination }) {
  const w = useWords(words);
  if (one.state === 'awaiting_approval') return <Alert type="info" showIcon title={w.waitsOther} />;
  if (pausedItself(one))
    return (
      <Alert
        type="error"
        showIcon
        role="alert"
        title={one.pause_reason === 'gone' ? w.pausedGone : w.pausedFailures(one.failures)}
        description={w.pausedHelp}
      />
    );
  if (shownState(one) !== 'troubled') return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={w.troubled(one.failures)}
      description={
        <>
          {w.troubledHelp}
          <Time at={one.not_before} look="relative" />
        </>
      }
    />
  );
}
