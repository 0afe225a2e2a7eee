/** Who the customer is, masked; shown in clear for a reason. */
import { EyeInvisibleOutlined, EyeOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Descriptions, Flex } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { ColorTag, StageTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { namespaceText } from '../identities';
import { type Profile, useCustomerActions, useStoreName } from '../queries';
import { namespaceWords, words } from '../words/customer';
import { EditCustomer } from './edit-customer';
import { ReasonModal } from './reason-modal';

function Facts({ profile, clear }: { profile: Profile; clear: boolean }) {
  const w = useWords(words);
  const storeName = useStoreName();
  const names = useWords(namespaceWords);
  const genders: Record<string, string> = { male: w.male, female: w.female };
  const items = [
    { key: 'phone', label: w.phone, children: profile.phone || w.noPhone },
    { key: 'gender', label: w.gender, children: genders[profile.gender] ?? profile.gender },
    { key: 'birthday', label: w.birthday, children: profile.birthday },
    { key: 'province', label: w.province, children: profile.province },
    { key: 'store', label: w.store, children: storeName(profile.store_key) },
    { key: 'joined', label: w.joined, children: <Time at={profile.joined_at} detail="date" /> },
  ];
  // Masked, they stand with their links in a card of their own.
  const whole = clear
    ? [
        {
          key: 'identities',
          label: w.identities,
          span: 'filled' as const,
          children: (
            <span className="identities">
              {profile.identities.map((one) => (
                <span key={`${one.namespace}/${one.value}`}>
                  {namespaceText(names, one.namespace)} <span className="num">{one.value}</span>{' '}
                  <small>
                    {w.source} {one.source}
                  </small>
                </span>
              ))}
            </span>
          ),
        },
      ]
    : [];
  const shown = [...items, ...whole].map((item) => ({ ...item, children: item.children || '—' }));
  return <Descriptions size="small" column={{ xs: 1, md: 2, lg: 3 }} items={shown} />;
}

export function CustomerHead({ profile, stage }: { profile: Profile; stage: string | undefined }) {
  const w = useWords(words);
  const actions = useCustomerActions(profile.customer_id);
  const reveals = useCan('customers.reveal');
  const asks = useCan('privacy.request');
  const [clear, setClear] = useState<Profile>();
  const [asking, setAsking] = useState(false);
  const shown = clear ?? profile;
  return (
    <>
      <PageHead
        title={shown.name || (shown.erased_at ? w.erased : w.nameless)}
        desc={`${w.id} ${profile.customer_id}`}
        tag={
          <span className="customer-tags">
            <StageTag stage={stage} />
            <ColorTag color={profile.joined_at ? 'plum' : 'grey'}>
              {profile.joined_at ? w.member : w.notMember}
            </ColorTag>
          </span>
        }
        extra={
          <Flex gap={8}>
            {profile.erased_at ? null : <EditCustomer profile={profile} />}
            {asks ? (
              <Link to={`/privacy?customer=${profile.customer_id}`}>
                <Button icon={<SafetyCertificateOutlined />}>{w.privacy}</Button>
              </Link>
            ) : null}
            {clear ? (
              <Button icon={<EyeInvisibleOutlined />} onClick={() => setClear(undefined)}>
                {w.hide}
              </Button>
            ) : reveals && !profile.erased_at ? (
              <Button icon={<EyeOutlined />} onClick={() => setAsking(true)}>
                {w.reveal}
              </Button>
            ) : null}
          </Flex>
        }
      />
      {clear ? <Alert type="warning" showIcon title={w.revealed} /> : null}
      {profile.erased_at ? <Alert type="info" showIcon title={w.erasedNote} /> : null}
      <Card size="small">
        <Facts profile={shown} clear={clear !== undefined} />
      </Card>
      <ReasonModal
        open={asking}
        title={w.revealTitle}
        okText={w.revealOk}
        label={w.revealReason}
        placeholder={w.revealPlaceholder}
        onReason={async (reason) => setClear(await actions.reveal(reason))}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
