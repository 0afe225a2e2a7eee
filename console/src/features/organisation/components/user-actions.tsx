/** What can be done about one person: edited, helped with the password, shut out, let in again. */
import { EllipsisOutlined } from '@ant-design/icons';
import { App, Button, Dropdown, Flex, Modal } from 'antd';
import { useState } from 'react';
import { ConfirmButton } from '@/ui/confirm-button';
import { useWords } from '@/ui/i18n';
import { useUser } from '@/ui/session';
import { useProblemText } from '@/ui/state-block';
import { type StaffMember, useUserActions } from '../queries';
import { words as securityWords } from '../words/security';
import { words } from '../words/users';
import { SessionList } from './session-list';

interface UserActionsProps {
  user: StaffMember;
  onEdit: () => void;
  onPassword: (user: StaffMember, password: string) => void;
}

export function UserActions({ user, onEdit, onPassword }: UserActionsProps) {
  const w = useWords(words);
  const s = useWords(securityWords);
  const textOf = useProblemText();
  const { message, modal } = App.useApp();
  const [sessions, setSessions] = useState(false);
  const self = useUser().user_id === user.user_id;
  const actions = useUserActions();
  const reset = async () => {
    const answer = await actions.resetPassword(user.user_id);
    onPassword(answer.user, answer.one_time_password);
  };
  const link = { type: 'link', size: 'small' } as const;
  const more = [
    { key: 'sessions', label: s.sessions },
    { key: 'second-factor', label: w.resetSecondFactor, disabled: self || !user.second_factor },
  ];
  const act = (key: string) => {
    if (key === 'sessions') setSessions(true);
    else
      modal.confirm({
        title: w.resetSecondFactorQuestion(user.display_name),
        content: w.resetSecondFactorDetail,
        onOk: () =>
          actions.resetSecondFactor(user.user_id).catch((error: unknown) => message.error(textOf(error))),
      });
  };
  return (
    <Flex gap={4} wrap={false} className="row-actions">
      <Button {...link} onClick={onEdit}>
        {w.edit}
      </Button>
      <ConfirmButton
        {...link}
        disabled={self || user.disabled}
        question={w.resetQuestion(user.display_name)}
        detail={w.resetDetail}
        onConfirm={reset}
      >
        {w.reset}
      </ConfirmButton>
      {user.disabled ? (
        <ConfirmButton
          {...link}
          question={w.enableQuestion(user.display_name)}
          detail={w.enableDetail}
          onConfirm={() => actions.enable(user.user_id)}
        >
          {w.enable}
        </ConfirmButton>
      ) : (
        <ConfirmButton
          {...link}
          danger
          disabled={self}
          question={w.disableQuestion(user.display_name)}
          detail={w.disableDetail}
          onConfirm={() => actions.disable(user.user_id)}
        >
          {w.disable}
        </ConfirmButton>
      )}
      <Dropdown trigger={['click']} menu={{ items: more, onClick: ({ key }) => act(key) }}>
        <Button {...link} icon={<EllipsisOutlined />} aria-label={w.more} />
      </Dropdown>
      <Modal
        open={sessions}
        title={s.sessionsOf(user.display_name)}
        width={820}
        footer={null}
        onCancel={() => setSessions(false)}
        destroyOnHidden
      >
        <SessionList userId={user.user_id} />
      </Modal>
    </Flex>
  );
}
