/** What can be done about one person: edited, helped with the password, shut out, let in again. */
import { Button, Flex } from 'antd';
import { ConfirmButton } from '@/ui/confirm-button';
import { useWords } from '@/ui/i18n';
import { useUser } from '@/ui/session';
import { type StaffMember, useUserActions } from '../queries';
import { words } from '../words/users';

interface UserActionsProps {
  user: StaffMember;
  onEdit: () => void;
  onPassword: (user: StaffMember, password: string) => void;
}

export function UserActions({ user, onEdit, onPassword }: UserActionsProps) {
  const w = useWords(words);
  const self = useUser().user_id === user.user_id;
  const actions = useUserActions();
  const reset = async () => {
    const answer = await actions.resetPassword(user.user_id);
    onPassword(answer.user, answer.one_time_password);
  };
  const link = { type: 'link', size: 'small' } as const;
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
    </Flex>
  );
}
