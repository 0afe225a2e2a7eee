/** Times of sending by the clock of the brand: wall time to instant and back, and what quiet hours make of it. */
import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';

dayjs.extend(utc);
dayjs.extend(timezone);

const WALL = 'YYYY-MM-DD HH:mm';
const MINUTES = 5; // 08:00 of 08:00:00

/** What the brand's clock shows at an instant: 2026-11-22 09:30. */
export const wallOf = (instant: string, zone: string): string => dayjs(instant).tz(zone).format(WALL);

/** The instant at which the brand's clock shows this. */
export const instantOf = (wall: string, zone: string): string =>
  dayjs.tz(wall, WALL, zone).utc().format('YYYY-MM-DDTHH:mm:ss[Z]');

/** Ten in the morning of the day after this one, both by the clock of the brand. */
export const nextMorning = (now: Date, zone: string): string =>
  instantOf(`${dayjs(now).tz(zone).add(1, 'day').format('YYYY-MM-DD')} 10:00`, zone);

export interface Hours {
  opens: string;
  closes: string;
}

export const clockOf = (time: string): string => time.slice(0, MINUTES);

/** When a message planned for this instant goes out at the earliest: then, or when the window opens next. */
export function earliestOf(instant: string, { opens, closes }: Hours, zone: string): string {
  const moment = dayjs(instant).tz(zone);
  const clock = moment.format('HH:mm');
  const [from, to] = [clockOf(opens), clockOf(closes)];
  if (clock >= from && clock < to) return instant;
  const day = clock < from ? moment : moment.add(1, 'day');
  return instantOf(`${day.format('YYYY-MM-DD')} ${from}`, zone);
}

export const isPast = (instant: string, now: Date): boolean => new Date(instant).getTime() <= now.getTime();

/** Whole days left of a window, a part of a day counts as one. */
export const daysLeft = (ends: string, now: string): number =>
  Math.max(0, Math.ceil((new Date(ends).getTime() - new Date(now).getTime()) / 86_400_000));
