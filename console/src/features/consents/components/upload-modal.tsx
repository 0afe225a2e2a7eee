/** A list of numbers from a file: counted first, in force once that was looked at. */
import { Alert, App, Button, Flex, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { channelWords, KINDS, kindWords } from '@/ui/consent-words';
import { FileDrop } from '@/ui/file-drop';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { useProblemText } from '@/ui/state-block';
import { type Upload, useSuppressionActions } from '../queries';
import { listWords } from '../words';

const CHANNELS = ['sms', 'call', 'email', 'all'] as const;
const EVERYWHERE = ['legal_block', 'complaint', 'opt_out_global'];
const MEGABYTES_MAX = 6;

function Counted({ found }: { found: Upload }) {
  const w = useWords(listWords);
  const language = useLanguage();
  const figures: [string, number][] = [
    [w.lines, found.lines],
    [w.added, found.added],
    [w.known, found.known],
    [w.repeated, found.repeated],
    [w.bad, found.bad],
    [w.concerned, found.customers],
  ];
  return (
    <>
      <dl className="upload-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{numText(value, language)}</dd>
          </div>
        ))}
      </dl>
      {found.bad > 0 ? (
        <Alert
          type="warning"
          title={w.badLines(found.bad_lines.length, found.bad)}
          description={
            <ul className="bad-lines">
              {found.bad_lines.map((one) => (
                <li key={one.line}>
                  <span className="num">{w.line(one.line)}</span>
                  <span className="num">{one.shown}</span>
                  <span className="quiet">{language === 'en' ? one.reason : one.reason_zh}</span>
                </li>
              ))}
            </ul>
          }
        />
      ) : null}
    </>
  );
}

export function UploadModal({ onClose }: { onClose: () => void }) {
  const w = useWords(listWords);
  const kinds = useWords(kindWords);
  const channels = useWords(channelWords);
  const language = useLanguage();
  const textOf = useProblemText();
  const { message } = App.useApp();
  const { upload } = useSuppressionActions();
  const [file, setFile] = useState<File>();
  const [asked, setAsked] = useState({ kind: 'complaint', channel: 'all', note: '' });
  const [found, setFound] = useState<Upload>();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const change = (patch: Partial<typeof asked>) => {
    setAsked({ ...asked, ...patch });
    setFound(undefined);
  };
  const run = async (dryRun: boolean) => {
    if (!file) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      const answer = await upload({ file, ...asked }, dryRun);
      setFound(answer);
      if (!dryRun) {
        message.success(w.done(numText(answer.added, language)));
        onClose();
      }
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  const ready = found?.dry_run === true;
  return (
    <Modal
      open
      width={600}
      title={w.uploadTitle}
      okText={ready ? (found.added > 0 ? w.confirm(numText(found.added, language)) : w.nothing) : w.check}
      okButtonProps={{ disabled: !file || (ready && found.added === 0), danger: ready && found.added > 0 }}
      confirmLoading={busy}
      onOk={() => void run(!ready)}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="quiet">{w.uploadHelp}</p>
      {file ? (
        <Flex justify="space-between" align="center" gap={12}>
          <span>{w.chosen(file.name)}</span>
          <Button
            size="small"
            onClick={() => {
              setFile(undefined);
              setFound(undefined);
            }}
          >
            {w.another}
          </Button>
        </Flex>
      ) : (
        <FileDrop
          accept=".csv,.txt"
          megabytesMax={MEGABYTES_MAX}
          hint={w.uploadHint}
          onFiles={([first]) => setFile(first)}
        />
      )}
      <Form layout="vertical" style={{ marginTop: 14 }}>
        <Flex gap={12}>
          <Form.Item label={w.kind} style={{ flex: 1 }}>
            <Select
              aria-label={w.kind}
              value={asked.kind}
              options={KINDS.map((value) => ({ value, label: kinds[value] }))}
              onChange={(kind) => change({ kind, channel: EVERYWHERE.includes(kind) ? 'all' : 'sms' })}
            />
          </Form.Item>
          <Form.Item label={w.channel} style={{ flex: 1 }}>
            <Select
              aria-label={w.channel}
              value={asked.channel}
              options={CHANNELS.map((value) => ({
                value,
                label: value === 'all' ? w.everywhere : channels[value],
              }))}
              onChange={(channel) => change({ channel })}
            />
          </Form.Item>
        </Flex>
        <Form.Item label={w.note}>
          <Input
            aria-label={w.note}
            value={asked.note}
            maxLength={100}
            placeholder={w.notePlaceholder}
            onChange={({ target }) => change({ note: target.value })}
          />
        </Form.Item>
      </Form>
      {refusal ? <Alert type="error" showIcon role="alert" title={textOf(refusal)} /> : null}
      {found ? <Counted found={found} /> : null}
    </Modal>
  );
}
