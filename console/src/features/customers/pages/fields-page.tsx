/** The fields that the brand added to its customers. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Card, Table } from 'antd';
import { useState } from 'react';
import { ConfirmButton } from '@/ui/confirm-button';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ColorTag, ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import '../customers.css';
import { type FieldDefinition, type FieldVersion, useByHand, useFields } from '../by-hand-queries';
import { FieldForm } from '../components/field-form';
import { labelOf } from '../fields';
import { kindWords, words } from '../words/by-hand';

function Rules({ field }: { field: FieldDefinition }) {
  const w = useWords(words);
  return (
    <span className="customer-tags">
      {field.personal ? <ColorTag color="plum">{w.personal}</ColorTag> : null}
      {field.required ? <ColorTag color="indigo">{w.required}</ColorTag> : null}
      {field.searchable ? <ColorTag color="grey">{w.searchable}</ColorTag> : null}
      {field.one_holder ? <ColorTag color="grey">{w.oneHolder}</ColorTag> : null}
    </span>
  );
}

export function FieldsPage() {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const language = useLanguage();
  const editable = useCan('settings.edit');
  const query = useFields();
  const { changeField } = useByHand();
  const [asking, setAsking] = useState<{ field?: FieldDefinition }>();
  const add = (primary: boolean) =>
    editable ? (
      <Button type={primary ? 'primary' : 'default'} icon={<PlusOutlined />} onClick={() => setAsking({})}>
        {w.add}
      </Button>
    ) : null;
  const actions = ({ field }: FieldVersion) =>
    field.archived ? (
      <Button type="link" size="small" onClick={() => void changeField({ ...field, archived: false })}>
        {w.restore}
      </Button>
    ) : (
      <>
        <Button type="link" size="small" onClick={() => setAsking({ field })}>
          {w.change}
        </Button>
        <ConfirmButton
          type="link"
          size="small"
          danger
          question={w.archiveQuestion(labelOf(field, language))}
          detail={w.archiveDetail}
          onConfirm={() => changeField({ ...field, archived: true })}
        >
          {w.archive}
        </ConfirmButton>
      </>
    );
  return (
    <>
      <PageHead title={w.title} desc={w.desc} extra={add(true)} />
      <Card>
        <StateBlock
          query={query}
          height={200}
          isEmpty={(found) => found.length === 0}
          empty={{ text: w.empty, action: add(false) }}
        >
          {(found) => (
            <Table<FieldVersion>
              size="middle"
              rowKey={({ field }) => field.name}
              dataSource={found}
              pagination={false}
              scroll={{ x: 820 }}
              aria-label={w.table}
              columns={[
                {
                  key: 'label',
                  title: language === 'en' ? w.labelEn : w.labelZh,
                  width: 150,
                  render: (_, { field }) => (
                    <>
                      <b>{labelOf(field, language)}</b>{' '}
                      {field.archived ? <ToneTag tone="neutral">{w.archived}</ToneTag> : null}
                    </>
                  ),
                },
                { key: 'name', title: w.key, render: (_, { field }) => <code>{field.name}</code> },
                {
                  key: 'kind',
                  title: w.kind,
                  render: (_, { field }) =>
                    field.kind === 'choice'
                      ? `${kinds.choice} (${field.choices?.length ?? 0})`
                      : kinds[field.kind],
                },
                { key: 'rules', title: w.rules, render: (_, { field }) => <Rules field={field} /> },
                {
                  key: 'version',
                  title: w.version,
                  width: 170,
                  render: (_, one) => (
                    <>
                      {w.versionOf(one.version, one.changed_by)}
                      <br />
                      <small className="quiet">
                        <Time at={one.changed_at} />
                      </small>
                    </>
                  ),
                },
                ...(editable
                  ? [
                      {
                        key: 'actions',
                        title: w.actions,
                        width: 180,
                        render: (_: unknown, one: FieldVersion) => actions(one),
                      },
                    ]
                  : []),
              ]}
            />
          )}
        </StateBlock>
      </Card>
      {asking ? <FieldForm field={asking.field} onClose={() => setAsking(undefined)} /> : null}
    </>
  );
}
