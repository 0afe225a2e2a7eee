/** What a brand without data does first. */
import { ImportOutlined, NotificationOutlined, TeamOutlined } from '@ant-design/icons';
import { Button, Card } from 'antd';
import { Link } from 'react-router';
import { useWords } from '@/ui/i18n';
import { words } from '../words';

export function FirstSteps() {
  const w = useWords(words);
  const steps = [
    { icon: <ImportOutlined />, title: w.step1, text: w.step1Text, act: w.step1Act, to: '/imports' },
    { icon: <TeamOutlined />, title: w.step2, text: w.step2Text, act: w.step2Act, to: '/customers' },
    { icon: <NotificationOutlined />, title: w.step3, text: w.step3Text, act: w.step3Act, to: '/campaigns' },
  ];
  return (
    <Card className="first-steps">
      <h2>{w.stepsTitle}</h2>
      <p className="first-lead">{w.stepsText}</p>
      <ol>
        {steps.map(({ icon, title, text, act, to }, index) => (
          <li key={to}>
            <span className="step-icon" aria-hidden="true">
              {icon}
            </span>
            <h3>
              {index + 1}. {title}
            </h3>
            <p>{text}</p>
            <Link to={to}>
              <Button type={index === 0 ? 'primary' : 'default'}>{act}</Button>
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  );
}
