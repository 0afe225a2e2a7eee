/** The last step: how often, and how far back. */
import { Checkbox, Flex, Form, InputNumber, Select } from 'antd';
import { useWords } from '@/ui/i18n';
import { cursorIsTime, type PullDraft } from '../databases';
import { words } from '../words/databases';

const CHOICES = [5, 15, 30, 60, 360, 1440];
const BY_HAND = 0;

interface ScheduleProps {
  draft: PullDraft;
  isChange: boolean;
  onChange: (draft: PullDraft) => void;
}

export function DatabaseSchedule({ draft, isChange, onChange }: ScheduleProps) {
  const w = useWords(words);
  const choices = draft.every && !CHOICES.includes(draft.every) ? [draft.every, ...CHOICES] : CHOICES;
  return (
    <Form layout="vertical">
      <Form.Item label={w.schedule}>
        <Select
          aria-label={w.schedule}
          className="database-field"
          value={draft.every ?? BY_HAND}
          options={[
            ...choices.map((value) => ({ value, label: w.everyMinutes(value) })),
            { value: BY_HAND, label: w.byHand },
          ]}
          onChange={(every) => onChange({ ...draft, every: every === BY_HAND ? null : every })}
        />
      </Form.Item>
      <Form.Item label={w.lag} extra={w.lagHelp} htmlFor="database-lag">
        <InputNumber<number>
          id="database-lag"
          min={0}
          precision={0}
          suffix={cursorIsTime(draft) ? w.lagMinutes : w.lagUnits}
          value={draft.lag}
          onChange={(lag) => onChange({ ...draft, lag: lag ?? 0 })}
          className="database-field"
        />
      </Form.Item>
      {isChange ? (
        <Flex vertical>
          <Checkbox
            checked={draft.fromBeginning}
            onChange={({ target }) => onChange({ ...draft, fromBeginning: target.checked })}
          >
            {w.fromBeginning}
          </Checkbox>
          <small className="quiet">{w.fromBeginningHelp}</small>
        </Flex>
      ) : null}
    </Form>
  );
}
