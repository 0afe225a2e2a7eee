/** What a condition of a segment is entered with: a trait's value, what events take, or a condition beyond both. */
import type { ConditionValueProps } from '@/ui/condition-builder';
import { ConditionValue } from '@/ui/condition-value';
import { EVENT_OPERATORS } from '../events';
import { EventEditor } from './event-editor';
import { SpecialEditor } from './special-editor';

export function ValueEditor(asked: ConditionValueProps) {
  if (asked.field && asked.field in EVENT_OPERATORS) return <EventEditor {...asked} />;
  return asked.field?.startsWith('#') ? <SpecialEditor {...asked} /> : <ConditionValue {...asked} />;
}
