/** An instant in the brand's time zone; hovering shows the other way of saying it. */
import { Tooltip } from 'antd';
import { NOTHING, relativeText, type TimeDetail, timeText } from './format';
import { useLanguage } from './i18n';
import { useBrand } from './session';

interface TimeProps {
  at: string | Date | null | undefined;
  detail?: TimeDetail;
  /** `relative` shows 3 天前 and keeps the instant for the hover. */
  look?: 'absolute' | 'relative';
}

export function Time({ at, detail = 'minute', look = 'absolute' }: TimeProps) {
  const language = useLanguage();
  const zone = useBrand().time_zone;
  if (at == null) return <span className="num">{NOTHING}</span>;
  const absolute = timeText(at, zone, detail);
  const relative = relativeText(at, new Date(), language);
  const hover = look === 'absolute' ? `${relative} · ${zone}` : `${timeText(at, zone, 'second')} · ${zone}`;
  return (
    <Tooltip title={hover}>
      <time className="num" dateTime={new Date(at).toISOString()}>
        {look === 'absolute' ? absolute : relative}
      </time>
    </Tooltip>
  );
}
