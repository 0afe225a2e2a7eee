/** Step three: now or later, the rules that hold in any case, and how long purchases count. */
import { Alert, DatePicker, Flex, InputNumber, Radio } from 'antd';
import dayjs from 'dayjs';
import { Link } from 'react-router';
import { Definition } from '@/ui/definition';
import { useWords } from '@/ui/i18n';
import { useBrand, useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { type Draft, isRequest } from '../draft';
import { type SmsChannel, useSmsChannel } from '../queries';
import { clockOf, earliestOf, instantOf, isPast, nextMorning, wallOf } from '../schedule';
import { words } from '../words/wizard';
import { Field } from './field';

const WALL = 'YYYY-MM-DD HH:mm';
const WINDOW_MAX = 365;

interface TimingStepProps {
  draft: Draft;
  onChange: (patch: Partial<Draft>) => void;
}

/** What the sending hours make of the chosen time. */
function QuietNote({ draft, channel }: { draft: Draft; channel: SmsChannel | undefined }) {
  const w = useWords(words);
  const zone = useBrand().time_zone;
  const { scheduled_at } = draft;
  if (scheduled_at && isPast(scheduled_at, new Date()))
    return <Alert type="error" showIcon role="alert" title={w.whenPast} />;
  if (!channel) return null;
  const planned = scheduled_at ?? new Date().toISOString();
  const earliest = earliestOf(planned, channel, zone);
  if (earliest === planned) return null;
  const from = wallOf(earliest, zone);
  return <Alert type="info" showIcon title={scheduled_at ? w.whenQuiet(from) : w.whenQuietNow(from)} />;
}

function When({ draft, onChange, channel }: TimingStepProps & { channel: SmsChannel | undefined }) {
  const w = useWords(words);
  const { time_zone: zone, needs_approval } = useBrand();
  const today = dayjs(wallOf(new Date().toISOString(), zone));
  return (
    <Field label={w.when}>
      <Radio.Group
        aria-label={w.when}
        value={draft.scheduled_at === null ? 'now' : 'later'}
        onChange={(event) =>
          onChange({ scheduled_at: event.target.value === 'now' ? null : nextMorning(new Date(), zone) })
        }
        options={[
          { value: 'now', label: needs_approval ? w.whenNowApproval : w.whenNow },
          { value: 'later', label: w.whenLater },
        ]}
      />
      {draft.scheduled_at ? (
        <Flex gap={12} align="center" className="cp-when-picker">
          <DatePicker
            aria-label={w.whenPick}
            value={dayjs(wallOf(draft.scheduled_at, zone))}
            showTime={{ format: 'HH:mm', minuteStep: 5 }}
            format={WALL}
            allowClear={false}
            disabledDate={(day) => day.isBefore(today, 'day')}
            onChange={(day) => day && onChange({ scheduled_at: instantOf(day.format(WALL), zone) })}
          />
          <span className="cp-quiet">{w.whenZone(zone)}</span>
        </Flex>
      ) : null}
      <QuietNote draft={draft} channel={channel} />
    </Field>
  );
}

function Rules({ channel }: { channel: SmsChannel }) {
  const w = useWords(words);
  const edits = useCan('channels.edit');
  const facts = [
    [w.hours, `${clockOf(channel.opens)} – ${clockOf(channel.closes)}`],
    [w.capDay, `${channel.cap_per_day} ${w.capUnit}`],
    [w.capMonth, `${channel.cap_per_30_days} ${w.capUnit}`],
  ];
  return (
    <>
      <dl className="cp-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="cp-quiet">
        {w.rulesHelp} {edits ? <Link to="/settings/channels">{w.rulesEdit}</Link> : null}
      </p>
    </>
  );
}

export function TimingStep({ draft, onChange }: TimingStepProps) {
  const w = useWords(words);
  const reads = useCan('channels.read');
  const channel = useSmsChannel(reads);
  const window = <Definition of={{ definition: w.windowMeaning, unit: w.windowUnit }}>{w.window}</Definition>;
  return (
    <div className="cp-step-grid">
      <div className="cp-fields">
        <When draft={draft} onChange={onChange} channel={channel.data} />
        {isRequest(draft) ? null : (
          <Field label={window} help={w.windowHelp}>
            <InputNumber<number>
              aria-label={w.window}
              value={draft.window_days}
              min={1}
              max={WINDOW_MAX}
              precision={0}
              suffix={w.windowUnit}
              className="cp-field-number"
              onChange={(value) => onChange({ window_days: value ?? 1 })}
            />
          </Field>
        )}
      </div>
      <section className="cp-step-aside">
        <h2>{w.rules}</h2>
        {reads ? (
          <StateBlock query={channel} height={120}>
            {(found) => <Rules channel={found} />}
          </StateBlock>
        ) : (
          <p className="cp-quiet">{w.rulesHidden}</p>
        )}
      </section>
    </div>
  );
}
