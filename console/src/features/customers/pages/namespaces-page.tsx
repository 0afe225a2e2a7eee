/** Identity types: what each means to the brand. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Card, Table } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ColorTag } from '@/ui/tags';
import { punctuation } from '@/ui/words';
import '../customers.css';
import { type NamespaceInfo, useNamespaces } from '../by-hand-queries';
import { IdentityLimit } from '../components/identity-limit';
import { NamespaceForm } from '../components/namespace-form';
import { namespaceText } from '../identities';
import { namespaceWords } from '../words/customer';
import { words } from '../words/namespaces';

export function NamespacesPage() {
  const w = useWords(words);
  const names = useWords(namespaceWords);
  const { and } = useWords(punctuation);
  const editable = useCan('settings.edit');
  const query = useNamespaces();
  const [asking, setAsking] = useState<{ info?: NamespaceInfo }>();
  return (
    <>
      <PageHead
        title={w.title}
        desc={w.desc}
        extra={
          editable ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setAsking({})}>
              {w.add}
            </Button>
          ) : null
        }
      />
      <Card>
        <StateBlock query={query} height={320}>
          {(found) => (
            <Table<NamespaceInfo>
              size="middle"
              rowKey={({ policy }) => policy.namespace}
              dataSource={found}
              pagination={false}
              scroll={{ x: 860 }}
              aria-label={w.table}
              columns={[
                {
                  key: 'name',
                  title: w.name,
                  render: (_, { policy, own }) => (
                    <>
                      <b>{namespaceText(names, policy.namespace)}</b>{' '}
                      {own ? <ColorTag color="indigo">{w.own}</ColorTag> : null}
                      <br />
                      <code className="quiet">{policy.namespace}</code>
                    </>
                  ),
                },
                {
                  key: 'used',
                  title: w.used,
                  width: 110,
                  render: (_, { used }) => (used ? w.used : <span className="quiet">{w.unused}</span>),
                },
                {
                  key: 'one',
                  title: w.one,
                  width: 110,
                  render: (_, { policy }) => (policy.one_per_customer ? w.oneYes : w.oneNo),
                },
                {
                  key: 'strong',
                  title: w.strength,
                  width: 160,
                  render: (_, { policy }) => (policy.strong ? w.strong : w.weak),
                },
                {
                  key: 'shareable',
                  title: w.shareable,
                  width: 190,
                  render: (_, { policy }) => (policy.shareable ? w.shareableYes : w.shareableNo),
                },
                {
                  key: 'sources',
                  title: w.sources,
                  render: (_, { policy }) => policy.sources?.join(and) ?? w.allSources,
                },
                ...(editable
                  ? [
                      {
                        key: 'actions',
                        title: w.actions,
                        width: 90,
                        render: (_: unknown, info: NamespaceInfo) => (
                          <Button type="link" size="small" onClick={() => setAsking({ info })}>
                            {w.change}
                          </Button>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          )}
        </StateBlock>
      </Card>
      <IdentityLimit />
      {asking ? <NamespaceForm info={asking.info} onClose={() => setAsking(undefined)} /> : null}
    </>
  );
}
