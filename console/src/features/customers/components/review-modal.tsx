/** A refused link is decided: both sides are one person, or they stay two; with a note. */
import { App, Form, Input } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { type Review, useIdentityActions, useMergePreview } from '../identity-queries';
import { words as identityWords, reviewWords } from '../words/identities';
import { EffectPreview } from './effect-preview';

export type Verdict = 'accept' | 'dismiss';

interface ReviewModalProps {
  review: Review;
  verdict: Verdict;
  /** The two sides as a sentence. */
  said: string;
  onClose: () => void;
}

export function ReviewModal({ review, verdict, said, onClose }: ReviewModalProps) {
  const w = useWords(reviewWords);
  const none = useWords(identityWords).effectAlready;
  const { message } = App.useApp();
  const actions = useIdentityActions();
  const [form] = Form.useForm<{ note?: string }>();
  const accepts = verdict === 'accept';
  const preview = useMergePreview(review.left.customer_id, accepts ? review.right?.customer_id : undefined);
  const save = async ({ note = '' }: { note?: string }) => {
    await actions[verdict](review.review_id, note);
    message.success(accepts ? w.acceptedDone : w.dismissedDone);
  };
  return (
    <FormModal<{ note?: string }>
      open
      title={accepts ? w.acceptTitle : w.dismissTitle}
      okText={accepts ? w.acceptOk : w.dismissOk}
      okDisabled={accepts && !preview.data}
      form={form}
      width={600}
      onSave={save}
      onClose={onClose}
    >
      <p>{said}</p>
      {accepts ? (
        <EffectPreview query={preview} none={none} refusedBy={review.reason} />
      ) : (
        <p>{w.dismissText}</p>
      )}
      <Form.Item name="note" label={w.note}>
        <Input.TextArea autoFocus rows={2} maxLength={200} showCount placeholder={w.notePlaceholder} />
      </Form.Item>
    </FormModal>
  );
}
