/** Channels: the settings of SMS, whether they are complete, and a test. */
import { Alert } from 'antd';
import { useState } from 'react';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import '../channels.css';
import { SmsForm } from '../components/sms-form';
import { TestSend } from '../components/test-send';
import { type SmsChannel, useSmsChannel } from '../queries';
import { missingOf } from '../values';
import { words } from '../words';

/** What is to be done before anything can be sent, in one sentence. */
function useMissingText(channel: SmsChannel | undefined): string | undefined {
  const w = useWords(words);
  const language = useLanguage();
  const missing = channel ? missingOf(channel).map((name) => w[name]) : [];
  if (missing.length === 0) return undefined;
  const list = new Intl.ListFormat(language, { type: 'conjunction' }).format(missing);
  return language === 'zh-CN' ? `${w.notReady}：请${list}。` : `${w.notReady}: ${list}.`;
}

export function ChannelsPage() {
  const w = useWords(words);
  const query = useSmsChannel();
  const mayTest = useCan('channels.edit');
  const [touched, setTouched] = useState(false);
  const missing = useMissingText(query.data);
  const tag = query.data ? (
    <ToneTag tone={missing ? 'warning' : 'good'}>
      {missing ? (query.data.configured && !query.data.enabled ? w.off : w.notReady) : w.on}
    </ToneTag>
  ) : null;
  return (
    <>
      <PageHead title={w.title} desc={w.desc} tag={tag} />
      {missing ? <Alert type="warning" showIcon title={missing} className="channel-missing" /> : null}
      <StateBlock query={query} height={640}>
        {(channel) => (
          <>
            <SmsForm channel={channel} touched={touched} onTouched={setTouched} />
            {mayTest ? (
              <TestSend channel={channel} blocked={missing ?? (touched ? w.testSaveFirst : undefined)} />
            ) : null}
          </>
        )}
      </StateBlock>
    </>
  );
}
