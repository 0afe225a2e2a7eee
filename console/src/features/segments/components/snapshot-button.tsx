/** Keeps whom a segment has now as a segment of its own. */
import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { FormModal } from '@/ui/form-modal';
import { numText, timeText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { useBrand } from '@/ui/session';
import { useMemberTasks } from '../members-queries';
import { words } from '../members-words';
import type { Segment } from '../queries';

interface Values {
  name: string;
  description: string;
}

export function SnapshotButton({ segment, asOf }: { segment: Segment; asOf: string }) {
  const w = useWords(words);
  const language = useLanguage();
  const zone = useBrand().time_zone;
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { snapshot } = useMemberTasks();
  const [form] = Form.useForm<Values>();
  const [open, setOpen] = useState(false);
  const take = async ({ name, description }: Values) => {
    const asked = { name, description: description ?? '', ...(asOf ? { as_of: asOf } : {}) };
    const task = await snapshot(segment.segment_id, asked);
    const result = task.result as { segment_id: number; members: number } | null;
    if (task.state !== 'done' || !result) {
      message.error(w.failed);
      return;
    }
    message.success(w.stored(numText(result.members, language)));
    await navigate(`/segments/${result.segment_id}`);
  };
  const day = asOf || timeText(new Date(), zone, 'date');
  return (
    <>
      <Button onClick={() => setOpen(true)}>{w.snapshot}</Button>
      <FormModal<Values>
        open={open}
        title={w.snapshotTitle}
        okText={w.take}
        form={form}
        initialValues={{ name: w.snapshotOf(segment.name, day).slice(0, 100), description: '' }}
        onSave={take}
        onClose={() => setOpen(false)}
      >
        <p className="quiet">{w.snapshotHelp}</p>
        <Form.Item
          name="name"
          label={w.name}
          rules={[{ required: true, whitespace: true, max: 100, message: w.nameNeeded }]}
        >
          <Input autoFocus maxLength={100} />
        </Form.Item>
        <Form.Item name="description" label={w.description}>
          <Input maxLength={1000} placeholder={w.descriptionPlaceholder} />
        </Form.Item>
      </FormModal>
    </>
  );
}
