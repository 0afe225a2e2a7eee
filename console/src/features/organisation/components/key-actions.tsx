/** What can be done about one key: a new secret with an overlap, or an end. */
import { Button, Flex, Form, Select } from 'antd';
import { useState } from 'react';
import { ConfirmButton } from '@/ui/confirm-button';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { type Key, useKeyActions } from '../queries';
import { words } from '../words/keys';

const OVERLAPS = [0, 1, 24, 72, 168, 720];

export function KeyActions({ apiKey, onSecret }: { apiKey: Key; onSecret: (secret: string) => void }) {
  const w = useWords(words);
  const { revoke, rotate } = useKeyActions();
  const [form] = Form.useForm<{ overlap: number }>();
  const [rotating, setRotating] = useState(false);
  const link = { type: 'link', size: 'small' } as const;
  return (
    <Flex gap={4} wrap={false} className="row-actions">
      <Button {...link} onClick={() => setRotating(true)}>
        {w.rotate}
      </Button>
      <ConfirmButton
        {...link}
        danger
        question={w.revokeQuestion(apiKey.source)}
        detail={w.revokeDetail}
        onConfirm={() => revoke(apiKey.api_key_id)}
      >
        {w.revoke}
      </ConfirmButton>
      <FormModal<{ overlap: number }>
        open={rotating}
        title={w.rotateTitle(apiKey.source)}
        okText={w.rotate}
        form={form}
        initialValues={{ overlap: 24 }}
        onSave={async ({ overlap }) => onSecret((await rotate(apiKey.api_key_id, overlap)).secret)}
        onClose={() => setRotating(false)}
      >
        <Form.Item name="overlap" label={w.overlap} extra={w.overlapHelp}>
          <Select options={OVERLAPS.map((value) => ({ value, label: w.hours(value) }))} />
        </Form.Item>
      </FormModal>
    </Flex>
  );
}
