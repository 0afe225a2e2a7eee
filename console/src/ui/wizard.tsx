/** A task in steps: where the person stands, the step itself, back and continue at a fixed place. */
import { Button, Card, Flex, Steps } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from './i18n';
import { words } from './words';

export interface WizardStep {
  key: string;
  title: string;
  content: ReactNode;
}

interface WizardProps {
  steps: WizardStep[];
  current: string;
  onBack?: () => void;
  onNext?: () => void;
  nextText?: string;
  /** Why the person cannot go on yet; shown beside the button, which is then disabled. */
  blocked?: string | undefined;
  busy?: boolean;
  /** Further actions on the left of the footer: save as draft, start over. */
  extra?: ReactNode;
}

export function Wizard({ steps, current, onBack, onNext, nextText, blocked, busy, extra }: WizardProps) {
  const w = useWords(words);
  const index = Math.max(
    0,
    steps.findIndex((step) => step.key === current),
  );
  return (
    <Card className="wizard" styles={{ body: { padding: 0 } }}>
      <div className="wizard-steps">
        <Steps current={index} size="small" items={steps.map(({ key, title }) => ({ key, title }))} />
      </div>
      <div className="wizard-body">{steps[index]?.content}</div>
      <Flex className="wizard-foot" align="center" justify="space-between" gap={12}>
        <div>{extra}</div>
        <Flex align="center" gap={12}>
          {blocked ? (
            <span className="wizard-blocked" role="status">
              {blocked}
            </span>
          ) : null}
          {index > 0 && onBack ? (
            <Button onClick={onBack} disabled={busy ?? false}>
              {w.back}
            </Button>
          ) : null}
          {onNext ? (
            <Button type="primary" onClick={onNext} disabled={blocked !== undefined} loading={busy ?? false}>
              {nextText ?? w.continue}
            </Button>
          ) : null}
        </Flex>
      </Flex>
    </Card>
  );
}
