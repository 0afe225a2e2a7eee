/** What a condition of a segment is entered with: a trait's value, or what a condition beyond traits takes. */
import type { ConditionValueProps } from '@/ui/condition-builder';
import { ConditionValue } from '@/ui/condition-value';
import { SpecialEditor } from './special-editor';

export function ValueEditor(asked: ConditionValueProps) {
  return asked.field?.startsWith('#') ? <SpecialEditor {...asked} /> : <ConditionValue {...asked} />;
}
