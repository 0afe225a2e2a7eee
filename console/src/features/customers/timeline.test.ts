/** Messages stand among the facts where they belong, and do not run ahead of pages not loaded yet. */
import type { Message, TimelineEntry } from './queries';
import { merged } from './timeline';

const order = (at: string) => ({ fact: 'order', occurred_at: at, key: at }) as TimelineEntry;
const message = (id: number, at: string) =>
  ({ message_id: id, planned_at: at, sent_at: null }) as unknown as Message;

const FACTS = [order('2026-03-03T00:00:00Z'), order('2026-03-01T00:00:00Z')];
const MESSAGES = [message(2, '2026-03-02T00:00:00Z'), message(1, '2026-01-01T00:00:00Z')];

test('everything is shown newest first once all facts are loaded', () => {
  expect(merged(FACTS, MESSAGES, false)).toEqual([FACTS[0], MESSAGES[0], FACTS[1], MESSAGES[1]]);
});

test('a message older than the loaded facts waits for the next page', () => {
  expect(merged(FACTS, MESSAGES, true)).toEqual([FACTS[0], MESSAGES[0], FACTS[1]]);
});

test('messages alone are shown', () => {
  expect(merged([], MESSAGES, false)).toHaveLength(2);
});
