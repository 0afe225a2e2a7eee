/** Many customers get or lose a tag: everybody in a segment, or everybody on a list. */

import { InboxOutlined } from '@ant-design/icons';
import { App, Form, Radio, Select, Upload } from 'antd';
import { useState } from 'react';
import { FormModal } from '@/ui/form-modal';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { type KnownBy, useTagActions, useTags } from '../by-hand-queries';
import { useSegments } from '../queries';
import { words } from '../words/tags';

interface Values {
  tag_id: number;
  adds: boolean;
  whom: 'segment' | 'list';
  segment_id?: number;
  known_by?: KnownBy;
  list?: { name: string; content: string };
}
const KNOWN_BY: readonly KnownBy[] = ['phone', 'member_no', 'customer_id'];
const LIST_BYTES_MAX = 4_000_000;

function ListFile({ onChange }: { onChange?: (list: Values['list']) => void }) {
  const w = useWords(words);
  const language = useLanguage();
  const [chosen, setChosen] = useState('');
  const take = async (file: File) => {
    const content = await file.text();
    setChosen(
      w.chosen(file.name, numText(content.split('\n').filter((line) => line.trim()).length, language)),
    );
    onChange?.({ name: file.name.slice(0, 60), content });
  };
  return (
    <Upload.Dragger
      accept=".csv,.txt"
      showUploadList={false}
      beforeUpload={(file) => {
        if (file.size <= LIST_BYTES_MAX) void take(file);
        return false;
      }}
    >
      <p className="file-drop-icon">
        <InboxOutlined />
      </p>
      <p className="file-drop-text">{chosen || w.listNeeded}</p>
      <p className="file-drop-hint">{w.listHelp}</p>
    </Upload.Dragger>
  );
}

function BySegment() {
  const w = useWords(words);
  const segments = useSegments().data ?? [];
  return (
    <Form.Item
      name="segment_id"
      label={w.segment}
      extra={w.segmentHelp}
      rules={[{ required: true, message: w.segmentNeeded }]}
    >
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        options={segments.map(({ segment_id, name }) => ({ value: segment_id, label: name }))}
      />
    </Form.Item>
  );
}

function ByList() {
  const w = useWords(words);
  return (
    <>
      <Form.Item name="known_by" label={w.knownBy}>
        <Radio.Group options={KNOWN_BY.map((value) => ({ value, label: w[value] }))} />
      </Form.Item>
      <Form.Item name="list" label={w.list} rules={[{ required: true, message: w.listNeeded }]}>
        <ListFile />
      </Form.Item>
    </>
  );
}

export function BulkTagging({ onClose }: { onClose: () => void }) {
  const w = useWords(words);
  const { message } = App.useApp();
  const tags = useTags().data;
  const { tagList, tagSegment } = useTagActions();
  const [form] = Form.useForm<Values>();
  const whom = Form.useWatch('whom', form);
  const save = async ({ tag_id, adds, segment_id, known_by = 'phone', list }: Values) => {
    if (whom === 'list' && list)
      await tagList({ tag_id, adds, known_by, title: list.name, content: list.content });
    else if (segment_id) await tagSegment(segment_id, tag_id, adds);
    message.success(w.bulkStarted);
  };
  return (
    <FormModal<Values>
      open
      title={w.bulkTitle}
      okText={w.bulkOk}
      form={form}
      initialValues={{ adds: true, whom: 'segment', known_by: 'phone' }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item name="tag_id" label={w.tag} rules={[{ required: true, message: w.tagNeeded }]}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={(tags?.tags ?? []).map((tag) => ({
            value: tag.tag_id,
            label: `${tag.group_name} · ${tag.name}`,
          }))}
        />
      </Form.Item>
      <Form.Item name="adds" label={w.act}>
        <Radio.Group
          options={[
            { value: true, label: w.adds },
            { value: false, label: w.takes },
          ]}
        />
      </Form.Item>
      <Form.Item name="whom" label={w.whom}>
        <Radio.Group
          options={[
            { value: 'segment', label: w.bySegment },
            { value: 'list', label: w.byList },
          ]}
        />
      </Form.Item>
      {whom === 'list' ? <ByList /> : <BySegment />}
    </FormModal>
  );
}
