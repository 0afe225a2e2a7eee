/** Exports a segment by a task, says how far it is, and saves the file; it goes on when one leaves the page. */
import { App, Button } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { useProblemText } from '@/ui/state-block';
import { exportSegment } from '../queries';
import { words } from '../words';

export function ExportButton({ segmentId }: { segmentId: number }) {
  const w = useWords(words);
  const textOf = useProblemText();
  const { message } = App.useApp();
  const [percent, setPercent] = useState<number>();
  const run = async () => {
    setPercent(0);
    try {
      const saved = await exportSegment(segmentId, (done, total) =>
        setPercent(total > 0 ? Math.floor((100 * done) / total) : 0),
      );
      if (!saved) message.error(w.exportEnded);
    } catch (error) {
      message.error(textOf(error));
    } finally {
      setPercent(undefined);
    }
  };
  return (
    <Button loading={percent !== undefined} onClick={() => void run()}>
      {percent ? w.exporting(percent) : w.exportIds}
    </Button>
  );
}
