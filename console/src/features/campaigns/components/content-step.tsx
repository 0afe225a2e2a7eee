/** Step two: what it says, as some real customers would read it, and a try on one's own phone. */
import { Alert, Button, Flex, Input } from 'antd';
import { useState } from 'react';
import { Definition } from '@/ui/definition';
import { useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { useCan } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { type Draft, isRequest } from '../draft';
import { type Check, type Preview, usePreview } from '../queries';
import { charactersOf } from '../text';
import { words as askingWords, SAMPLE_TEXT } from '../words/asking';
import { words } from '../words/wizard';
import { Field } from './field';
import { RevealNames } from './reveal-names';
import { SmsBubble } from './sms-bubble';
import { TemplateEditor } from './template-editor';
import { TestSend } from './test-send';

interface ContentStepProps {
  campaignId: number;
  draft: Draft;
  /** Changes when the stored text or audience does. */
  version: string;
  isUnsaved: boolean;
  check: Check | undefined;
  onChange: (patch: Partial<Draft>) => void;
}

function Counts({ preview, characters }: { preview: Preview; characters: number }) {
  const w = useWords(words);
  return (
    <Flex gap={20} className="cp-sms-counts">
      <Definition of={{ definition: w.charactersMeaning, unit: w.charactersUnit }}>
        {w.characters} <Num value={characters} />
      </Definition>
      <Definition of={{ definition: w.segmentsMeaning, unit: w.segmentsUnit }}>
        {w.segments} <Num value={preview.segments} />
      </Definition>
    </Flex>
  );
}

function Previews({
  items,
  onShow,
  shown,
}: {
  items: Preview[];
  shown: number;
  onShow: (n: number) => void;
}) {
  const w = useWords(words);
  const preview = items[Math.min(shown, items.length - 1)];
  if (!preview) return <EmptyBlock text={w.previewNobody} />;
  const step = (by: number) => onShow((shown + by + items.length) % items.length);
  return (
    <>
      <SmsBubble preview={preview} />
      <Flex justify="space-between" align="center" wrap gap={8}>
        {preview.error ? <span /> : <Counts preview={preview} characters={charactersOf(preview.text)} />}
        <Flex gap={4} align="center">
          <Button size="small" aria-label="←" onClick={() => step(-1)} disabled={items.length < 2}>
            ←
          </Button>
          <span className="cp-quiet num">
            {w.previewOf(Math.min(shown, items.length - 1) + 1, items.length)}
          </span>
          <Button size="small" aria-label="→" onClick={() => step(1)} disabled={items.length < 2}>
            →
          </Button>
        </Flex>
      </Flex>
    </>
  );
}

export function ContentStep({ campaignId, draft, version, isUnsaved, check, onChange }: ContentStepProps) {
  const w = useWords(words);
  const asking = useWords(askingWords);
  const mayTest = useCan('campaigns.send');
  const reveals = useCan('customers.reveal');
  const [shown, setShown] = useState(0);
  const canPreview = draft.segment_id !== null && draft.template_text.trim() !== '';
  const [asked, setAsked] = useState({ version: '', reason: '' });
  const reason = asked.version === version ? asked.reason : ''; // of this text, not of the next
  const preview = usePreview(campaignId, version, canPreview, reason);
  const hasErrors = check?.template.some(({ severity }) => severity === 'error') ?? false;
  const blocked = isUnsaved ? w.saving : !check ? w.whoWaiting : hasErrors ? w.testFaults : undefined;
  return (
    <div className="cp-step-grid">
      <div className="cp-fields">
        {isRequest(draft) ? (
          <Alert
            type="info"
            showIcon
            title={asking.must}
            description={asking.mustWhy}
            action={
              draft.template_text.trim() ? null : (
                <Button size="small" onClick={() => onChange({ template_text: SAMPLE_TEXT })}>
                  {asking.sample}
                </Button>
              )
            }
          />
        ) : null}
        <TemplateEditor
          text={draft.template_text}
          faults={isUnsaved ? undefined : check?.template}
          onChange={(template_text) => onChange({ template_text })}
        />
        <Flex gap={20} wrap>
          <Field label={w.signature} help={w.signatureHelp} htmlFor="campaign-signature">
            <Input
              id="campaign-signature"
              value={draft.signature}
              maxLength={40}
              prefix="【"
              suffix="】"
              className="cp-field-line"
              onChange={(event) => onChange({ signature: event.target.value })}
            />
          </Field>
          <Field label={w.optOut} help={w.optOutHelp} htmlFor="campaign-opt-out">
            <Input
              id="campaign-opt-out"
              value={draft.opt_out_line}
              maxLength={40}
              className="cp-field-line"
              onChange={(event) => onChange({ opt_out_line: event.target.value })}
            />
          </Field>
        </Flex>
      </div>
      <section className="cp-step-aside">
        <h2>{w.preview}</h2>
        {hasErrors ? (
          <EmptyBlock text={w.previewFaults} />
        ) : canPreview ? (
          <StateBlock query={preview} height={140}>
            {({ items }) => <Previews items={items} shown={shown} onShow={setShown} />}
          </StateBlock>
        ) : (
          <EmptyBlock text={w.previewEmpty} />
        )}
        {reason || !canPreview ? null : (
          <p className="cp-quiet">
            {w.previewMasked}
            {reveals ? <RevealNames onReason={(why) => setAsked({ version, reason: why })} /> : null}
          </p>
        )}
        {mayTest ? (
          <TestSend
            campaignId={campaignId}
            customerId={reveals ? preview.data?.items[shown]?.customer_id : undefined}
            blocked={blocked}
          />
        ) : null}
      </section>
    </div>
  );
}
