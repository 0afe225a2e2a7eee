/** Facts and messages of a customer in one order of time. */
import type { Message, TimelineEntry } from './queries';

/** When something last happened to a message. */
export const happenedAt = (message: Message): string =>
  message.final_at ?? message.sent_at ?? message.next_attempt_at ?? message.planned_at;

const timeOf = (entry: TimelineEntry | Message): string =>
  'message_id' in entry ? happenedAt(entry) : entry.occurred_at;

/** Newest first; as long as older facts are to be loaded, messages older than the loaded ones wait for them. */
export function merged(
  facts: TimelineEntry[],
  messages: Message[],
  more: boolean,
): (TimelineEntry | Message)[] {
  const oldest = facts.at(-1)?.occurred_at;
  const shown = messages.filter(
    (message) => !more || !oldest || Date.parse(happenedAt(message)) >= Date.parse(oldest),
  );
  return [...facts, ...shown].sort((a, b) => Date.parse(timeOf(b)) - Date.parse(timeOf(a)));
}
