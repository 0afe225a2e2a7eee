/** The brand requires two-step sign-in of this person: nothing else is shown before it is set up. */
import { useState } from 'react';
import { RecoveryCodes, SecondFactorSetUp } from '@/features/organisation/components/second-factor';
import { words } from '@/features/organisation/words/security';
import '@/features/organisation/organisation.css';
import { useWords } from '@/ui/i18n';
import { LoginFrame } from './login-frame';
import { useSessionActions } from './use-session';

export function SecondFactorPage() {
  const w = useWords(words);
  const { refresh } = useSessionActions();
  const [codes, setCodes] = useState<string[]>();
  return (
    <LoginFrame title={w.mustTitle} hint={w.mustHint}>
      <SecondFactorSetUp onDone={setCodes} />
      <RecoveryCodes codes={codes} onClose={() => void refresh()} />
    </LoginFrame>
  );
}
