/** The privacy desk: requests with their proofs, how long things are kept, how the key stands. */
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { useUrlState } from '@/ui/use-url-state';
import '../privacy.css';
import { AskModal } from '../components/ask-modal';
import { KeysTab } from '../components/keys-tab';
import { RequestDrawer } from '../components/request-drawer';
import { RequestsTab } from '../components/requests-tab';
import { RetentionTab } from '../components/retention-tab';
import { words } from '../words';

export function PrivacyPage() {
  const w = useWords(words);
  const asks = useCan('privacy.request');
  const [url, change] = useUrlState({ tab: 'requests', request: 0, before: 0, customer: 0 });
  const [asking, setAsking] = useState(url.customer > 0);
  const close = () => {
    setAsking(false);
    change({ customer: 0 });
  };
  const requests = (
    <RequestsTab
      before={url.before}
      onBefore={(before) => change({ before })}
      onOpen={(request) => change({ request })}
    />
  );
  return (
    <>
      <PageHead
        title={w.title}
        desc={w.desc}
        extra={
          asks ? (
            <Button type="primary" onClick={() => setAsking(true)}>
              {w.ask}
            </Button>
          ) : null
        }
      />
      <Tabs
        activeKey={url.tab}
        onChange={(tab) => change({ tab })}
        items={[
          { key: 'requests', label: w.requests, children: requests },
          { key: 'retention', label: w.retention, children: <RetentionTab /> },
          { key: 'keys', label: w.keys, children: <KeysTab /> },
        ]}
      />
      <RequestDrawer requestId={url.request} onClose={() => change({ request: 0 })} />
      {asking ? (
        <AskModal
          customerId={url.customer || undefined}
          onAsked={(request) => change({ request, tab: 'requests' })}
          onClose={close}
        />
      ) : null}
    </>
  );
}
