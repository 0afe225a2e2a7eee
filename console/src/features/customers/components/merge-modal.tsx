/** Two customers are said to be one: the other is found, both are shown, what would happen, and why. */
import { App, Form, Input } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { StateBlock } from '@/ui/state-block';
import { identityText } from '../identities';
import { useIdentityActions, useMergePreview } from '../identity-queries';
import { type Profile, useCustomer } from '../queries';
import { namespaceWords } from '../words/customer';
import { words } from '../words/identities';
import { CustomerPicker } from './customer-picker';
import { EffectPreview } from './effect-preview';

interface Values {
  other: number;
  reason: string;
}

function Side({ title, profile }: { title: string; profile: Profile }) {
  const w = useWords(words);
  const names = useWords(namespaceWords);
  return (
    <section className="side" aria-label={title}>
      <h3 className="card-part">{title}</h3>
      <b>{profile.name || w.nameless}</b> <span className="quiet">{w.id(profile.customer_id)}</span>
      <ul>
        {profile.identities.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two masked values may look alike, and the list never changes.
          <li key={index}>{identityText(names, one)}</li>
        ))}
      </ul>
    </section>
  );
}

function OtherSide({ customerId }: { customerId: number }) {
  const w = useWords(words);
  const other = useCustomer(customerId);
  return (
    <StateBlock query={other} height={90}>
      {({ profile }) => <Side title={w.otherOne} profile={profile} />}
    </StateBlock>
  );
}

function Looked({ profile, otherId }: { profile: Profile; otherId: number }) {
  const w = useWords(words);
  return (
    <div className="sides">
      <Side title={w.thisOne} profile={profile} />
      <OtherSide customerId={otherId} />
    </div>
  );
}

export function MergeModal({ profile, onClose }: { profile: Profile; onClose: () => void }) {
  const w = useWords(words);
  const { message } = App.useApp();
  const { merge } = useIdentityActions();
  const [form] = Form.useForm<Values>();
  const otherId = Form.useWatch('other', form);
  const preview = useMergePreview(profile.customer_id, otherId);
  const save = async ({ other, reason }: Values) => {
    await merge(profile.customer_id, other, reason);
    message.success(w.merged);
  };
  return (
    <FormModal<Values>
      open
      title={w.mergeTitle}
      okText={w.mergeOk}
      okDisabled={!preview.data || preview.data.moves.length === 0}
      form={form}
      width={640}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item name="other" label={w.mergeOther} rules={[{ required: true, message: w.mergeNeeded }]}>
        <CustomerPicker customerId={profile.customer_id} />
      </Form.Item>
      {otherId ? (
        <>
          <Looked profile={profile} otherId={otherId} />
          <EffectPreview query={preview} none={w.effectAlready} />
        </>
      ) : null}
      <Form.Item
        name="reason"
        label={w.mergeReason}
        extra={w.reasonHelp}
        rules={[{ required: true, min: 4, max: 200, whitespace: true, message: w.reasonNeeded }]}
      >
        <Input.TextArea rows={2} maxLength={200} showCount placeholder={w.mergePlaceholder} />
      </Form.Item>
    </FormModal>
  );
}
