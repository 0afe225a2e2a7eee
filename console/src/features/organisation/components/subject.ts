/** What an entry of the audit log is about: its name, and the page where it can be seen. */
import type { AuditLine } from '../queries';
import { wordFor } from './role-matrix';

type Subject = Pick<AuditLine, 'subject_type' | 'subject_id'>;

const PAGES: Record<string, (id: string) => string> = {
  campaign: (id) => `/campaigns/${id}`,
  segment: (id) => `/segments/${id}`,
  trait: (id) => `/traits/${id}`,
  import: (id) => `/imports/${id}`,
  customer: (id) => `/customers/${id}`,
  user: () => '/settings/users',
  api_key: () => '/settings/api-keys',
  brand: () => '/settings/brand',
  channel: () => '/settings/channels',
};
/** Of these there is one a brand, so that their number says nothing. */
const ONLY_ONE = new Set(['brand', 'insight_setting']);

export const pageOf = ({ subject_type, subject_id }: Subject): string | undefined =>
  PAGES[subject_type]?.(encodeURIComponent(subject_id));

/** 活动 1, 渠道 短信, 品牌. */
export function subjectText(
  { subject_type, subject_id }: Subject,
  subjects: Record<string, string>,
  codes: Record<string, string>,
): string {
  const id = ONLY_ONE.has(subject_type) ? '' : wordFor(codes, subject_id);
  return `${wordFor(subjects, subject_type)} ${id}`.trim();
}
