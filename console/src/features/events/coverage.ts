/** What a definition declares and what events really carry, as one list. */
import type { EventDetail, EventProperty } from './queries';

export interface PropertyLine {
  name: string;
  /** Missing where events carry what nobody declared. */
  declared: EventProperty | undefined;
  /** From 0 to 1; missing where no event was looked at. */
  coverage: number | undefined;
}

/** Declared properties in their order, then the others by how often they are filled. */
export function propertyLines(
  event: Pick<EventDetail, 'properties' | 'coverage' | 'rows_looked_at'>,
): PropertyLine[] {
  const looked = event.rows_looked_at > 0;
  const declared = event.properties.map((property) => ({
    name: property.name,
    declared: property,
    coverage: looked && !property.personal ? (event.coverage[property.name] ?? 0) : undefined,
  }));
  const names = new Set(declared.map(({ name }) => name));
  const others = Object.entries(event.coverage)
    .filter(([name]) => !names.has(name))
    .sort(([, a], [, b]) => b - a)
    .map(([name, coverage]) => ({ name, declared: undefined, coverage }));
  return [...declared, ...others];
}

/** Every day of the last thirty, those without events as zero; `today` is YYYY-MM-DD in UTC. */
export function dailySeries(
  days: { day: string; events: number }[],
  today: string,
): { day: string; events: number }[] {
  const known = new Map(days.map(({ day, events }) => [day, events]));
  const end = Date.parse(`${today}T00:00:00Z`);
  return Array.from({ length: 30 }, (_, index) => {
    const day = new Date(end - (29 - index) * 86_400_000).toISOString().slice(0, 10);
    return { day, events: known.get(day) ?? 0 };
  });
}

/** The title of an event; what follows its first sentence is said on its own page. */
export const shortTitle = (title: string): string => title.split(/[；;]/)[0] ?? '';
