/** What this person may do with this campaign now. */
import { CopyOutlined } from '@ant-design/icons';
import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { useBrand, useCan, useUser } from '@/ui/session';
import { type Campaign, useCampaignActions } from '../queries';
import { wallOf } from '../schedule';
import { isEditable, isLaunched, isStoppable, mayApprove } from '../stands';
import { words } from '../words/result';
import { ProofButton } from './proof-button';

const NOTE_MAX = 500;
const NAME_MAX = 100;

function RejectButton({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const { reject } = useCampaignActions(campaign.campaign_id);
  const [form] = Form.useForm<{ note: string }>();
  const [open, setOpen] = useState(false);
  const isScheduled = campaign.state === 'scheduled';
  return (
    <>
      <Button onClick={() => setOpen(true)}>{isScheduled ? w.withdraw : w.reject}</Button>
      <FormModal<{ note: string }>
        open={open}
        title={isScheduled ? w.withdrawTitle : w.rejectTitle}
        okText={isScheduled ? w.withdraw : w.reject}
        form={form}
        onSave={({ note }) => reject(note ?? '')}
        onClose={() => setOpen(false)}
      >
        <Form.Item name="note" label={w.note} extra={w.noteHelp}>
          <Input.TextArea autoFocus maxLength={NOTE_MAX} autoSize={{ minRows: 3 }} />
        </Form.Item>
      </FormModal>
    </>
  );
}

function CopyButton({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const { copy } = useCampaignActions(campaign.campaign_id);
  const [form] = Form.useForm<{ name: string }>();
  const [open, setOpen] = useState(false);
  const save = async ({ name }: { name: string }) => {
    const draft = await copy(name);
    await navigate(`/campaigns/${draft.campaign_id}/edit`);
  };
  return (
    <>
      <Button icon={<CopyOutlined />} onClick={() => setOpen(true)}>
        {w.copy}
      </Button>
      <FormModal<{ name: string }>
        open={open}
        title={w.copyTitle}
        okText={w.copy}
        form={form}
        initialValues={{ name: w.nameOfCopy(campaign.name).slice(0, NAME_MAX) }}
        onSave={save}
        onClose={() => setOpen(false)}
      >
        <Form.Item
          name="name"
          label={w.copyName}
          extra={w.copyHelp}
          rules={[{ required: true, whitespace: true, message: w.copyNeeded }]}
        >
          <Input autoFocus maxLength={NAME_MAX} />
        </Form.Item>
      </FormModal>
    </>
  );
}

function DeleteButton({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { remove } = useCampaignActions(campaign.campaign_id);
  const act = async () => {
    await remove();
    message.success(w.removed);
    await navigate('/campaigns', { replace: true });
  };
  return (
    <ConfirmButton
      danger
      question={w.removeQuestion}
      detail={w.removeDetail}
      okText={w.remove}
      onConfirm={act}
    >
      {w.remove}
    </ConfirmButton>
  );
}

export function CampaignActions({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const user = useUser();
  const { needs_approval, time_zone: zone } = useBrand();
  const [edits, sends, proves] = [
    useCan('campaigns.edit'),
    useCan('campaigns.send'),
    useCan('consents.prove'),
  ];
  const { approve, stop } = useCampaignActions(campaign.campaign_id);
  const approves = mayApprove(campaign, user, needs_approval);
  const { state, scheduled_at, campaign_id } = campaign;
  const isWaiting = state === 'awaiting_approval';
  const at = `/campaigns/${campaign_id}`;
  return (
    <>
      {isLaunched(campaign) ? (
        <Link to={`${at}/recipients`}>
          <Button>{w.recipients}</Button>
        </Link>
      ) : null}
      {proves && isLaunched(campaign) ? <ProofButton campaign={campaign} /> : null}
      {edits && isEditable(campaign) ? <DeleteButton campaign={campaign} /> : null}
      {edits ? <CopyButton campaign={campaign} /> : null}
      {sends && isStoppable(campaign) ? (
        <ConfirmButton
          danger
          question={w.stopQuestion}
          detail={state === 'sending' ? w.stopSending : w.stopWaiting}
          okText={w.stop}
          onConfirm={stop}
        >
          {w.stop}
        </ConfirmButton>
      ) : null}
      {approves !== 'no' && (isWaiting || state === 'scheduled') ? (
        <RejectButton campaign={campaign} />
      ) : null}
      {approves === 'yes' && isWaiting ? (
        <ConfirmButton
          type="primary"
          question={w.approveQuestion}
          detail={scheduled_at ? w.approveAt(wallOf(scheduled_at, zone)) : w.approveNow}
          okText={w.approve}
          onConfirm={approve}
        >
          {w.approve}
        </ConfirmButton>
      ) : null}
      {edits && isEditable(campaign) ? (
        <Link to={`${at}/edit`}>
          <Button type="primary">{w.edit}</Button>
        </Link>
      ) : null}
    </>
  );
}
