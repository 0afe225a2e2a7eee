/** How many identities one customer may have; the effect of another number is shown before it is agreed to. */
import { App, Button, Card, Flex, Form, InputNumber } from 'antd';
import { useDeferredValue, useState } from 'react';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { useByHand, useIdentityLimit, useLimitPreview } from '../by-hand-queries';
import { words } from '../words/namespaces';
import { Effect } from './namespace-form';

const LEAST = 10;
const MOST = 1000;

function LimitForm({ now, onClose }: { now: number; onClose: () => void }) {
  const w = useWords(words);
  const { message } = App.useApp();
  const { putLimit } = useByHand();
  const [form] = Form.useForm<{ most: number }>();
  const wanted = useDeferredValue(Form.useWatch('most', form));
  const isOther = wanted != null && wanted >= LEAST && wanted <= MOST && wanted !== now;
  const preview = useLimitPreview(isOther ? wanted : undefined);
  const save = async ({ most }: { most: number }) => {
    await putLimit(most);
    message.success(w.asked);
  };
  return (
    <FormModal<{ most: number }>
      open
      title={w.limitTitle}
      okText={w.ok}
      okDisabled={!isOther || !preview.data}
      form={form}
      initialValues={{ most: now }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item
        name="most"
        label={w.limitLabel}
        extra={w.limitHelp}
        rules={[{ required: true, type: 'number', min: LEAST, max: MOST, message: w.limitNeeded }]}
      >
        <InputNumber<number> precision={0} min={LEAST} max={MOST} autoFocus />
      </Form.Item>
      {isOther ? <Effect preview={preview} /> : null}
    </FormModal>
  );
}

export function IdentityLimit() {
  const w = useWords(words);
  const editable = useCan('settings.edit');
  const query = useIdentityLimit();
  const [asking, setAsking] = useState(false);
  return (
    <Card className="identity-limit">
      <StateBlock query={query} height={32}>
        {({ identities_max }) => (
          <Flex justify="space-between" align="center" gap={16} wrap>
            <div>
              {w.limit}{' '}
              <b>
                <Num value={identities_max} />
              </b>{' '}
              {w.limitUnit}
              <div className="quiet">{w.limitDesc}</div>
            </div>
            {editable ? <Button onClick={() => setAsking(true)}>{w.limitChange}</Button> : null}
            {asking ? <LimitForm now={identities_max} onClose={() => setAsking(false)} /> : null}
          </Flex>
        )}
      </StateBlock>
    </Card>
  );
}
