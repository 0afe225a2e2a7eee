/** The texts by which the brand asks, each with its versions. */
import { Button, Card, Collapse } from 'antd';
import { useState } from 'react';
import { channelWords, purposeWords } from '@/ui/consent-words';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { useBrand, useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ColorTag } from '@/ui/tags';
import { type ConsentText, useTexts } from '../queries';
import { words } from '../words';
import { TextModal } from './text-modal';

/** Each code with its versions, the newest first, as the server lists them. */
function byCode(texts: ConsentText[]): ConsentText[][] {
  const codes = [...new Set(texts.map(({ code }) => code))];
  return codes.map((code) => texts.filter((text) => text.code === code));
}

function Version({ text }: { text: ConsentText }) {
  const w = useWords(words);
  const zone = useBrand().time_zone;
  return (
    <>
      <p>{text.body}</p>
      <small className="quiet">
        {w.version(text.version)} · {w.by(text.created_by, timeText(text.created_at, zone))}
      </small>
    </>
  );
}

function TextBlock({ versions, onRewrite }: { versions: ConsentText[]; onRewrite: () => void }) {
  const w = useWords(words);
  const purposes = useWords(purposeWords);
  const channels = useWords(channelWords);
  const edits = useCan('consents.edit');
  const [current, ...earlier] = versions;
  if (!current) return null;
  return (
    <section className="consent-text" aria-label={current.title}>
      <div className="page-head-title">
        <h3>{current.title}</h3>
        <code className="quiet">{current.code}</code>
        <ColorTag color="indigo">{purposes[current.purpose]}</ColorTag>
        {current.channels.map((channel) => (
          <ColorTag key={channel} color="grey">
            {channels[channel]}
          </ColorTag>
        ))}
        {edits ? (
          <Button size="small" onClick={onRewrite}>
            {w.newVersion}
          </Button>
        ) : null}
      </div>
      <Version text={current} />
      {earlier.length > 0 ? (
        <Collapse
          ghost
          size="small"
          items={[
            {
              key: 'earlier',
              label: w.versions(earlier.length),
              children: earlier.map((text) => <Version key={text.consent_text_id} text={text} />),
            },
          ]}
        />
      ) : null}
    </section>
  );
}

export function TextList() {
  const w = useWords(words);
  const edits = useCan('consents.edit');
  const query = useTexts();
  const [writing, setWriting] = useState<{ after?: ConsentText }>();
  const add = edits ? (
    <Button type="primary" onClick={() => setWriting({})}>
      {w.newText}
    </Button>
  ) : null;
  return (
    <Card title={w.texts} extra={query.data?.items.length ? add : null}>
      <StateBlock
        query={query}
        height={200}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: w.empty, action: add }}
      >
        {({ items }) =>
          byCode(items).map((versions) => (
            <TextBlock
              key={versions[0]?.code}
              versions={versions}
              onRewrite={() => setWriting(versions[0] ? { after: versions[0] } : {})}
            />
          ))
        }
      </StateBlock>
      {writing ? <TextModal after={writing.after} onClose={() => setWriting(undefined)} /> : null}
    </Card>
  );
}
