/** One's own account: devices, two-step sign-in, the company's account. */
import { App, Button, Card, Flex } from 'antd';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useProblemText } from '@/ui/state-block';
import '../organisation.css';
import { SecondFactorCard } from '../components/second-factor';
import { SessionList } from '../components/session-list';
import { useAccountActions } from '../queries-account';
import { words } from '../words/security';

function CompanyCard() {
  const w = useWords(words);
  const textOf = useProblemText();
  const { message } = App.useApp();
  const { link, unlink } = useAccountActions();
  const go = () =>
    link().then(
      ({ url }) => location.assign(url),
      (error: unknown) => message.error(textOf(error)),
    );
  const part = async () => {
    await unlink();
    message.success(w.unlinked);
  };
  return (
    <Card title={w.company} className="section-gap">
      <p className="quiet">{w.companyHelp}</p>
      <Flex gap={12}>
        <Button onClick={() => void go()}>{w.link}</Button>
        <ConfirmButton question={w.unlinkQuestion} onConfirm={part}>
          {w.unlink}
        </ConfirmButton>
      </Flex>
    </Card>
  );
}

export function SecurityPage() {
  const w = useWords(words);
  const { message } = App.useApp();
  const [params, setParams] = useSearchParams();
  const linked = params.get('linked') === 'true';
  useEffect(() => {
    if (!linked) return;
    message.success(w.linked);
    setParams({}, { replace: true });
  }, [linked, message, setParams, w]);
  return (
    <>
      <PageHead title={w.title} desc={w.desc} />
      <SessionList />
      <SecondFactorCard />
      <CompanyCard />
    </>
  );
}
