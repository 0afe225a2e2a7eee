/** The filters of the list as a question to the server, and as a definition that can be kept as a segment. */
import type { Filters } from '@/ui/use-table-state';
import type { ListQuestion } from './queries';

export const FILTERS = [
  'q',
  'stage',
  'rfm_class',
  'rfm_r',
  'rfm_f',
  'member',
  'segment_id',
  'tag_id',
  'as_of',
] as const;
/** What people search for is a name or a number: it stays out of the address. */
export const PRIVATE_FILTERS = ['q'] as const;
const FIVE = /^[1-5]$/;

const score = (text: string | undefined) => (text && FIVE.test(text) ? Number(text) : undefined);
const digits = (text: string | undefined) => (text && /^\d{1,15}$/.test(text) ? Number(text) : undefined);
const flag = (text: string | undefined) => (text === 'true' ? true : text === 'false' ? false : undefined);

/** Without the properties that say nothing. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(values).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

interface Paging {
  sort: string | undefined;
  cursor: string | undefined;
  limit: number;
}

export function questionOf(filters: Filters, paging: Paging): ListQuestion {
  return given({
    q: filters.q?.[0],
    stage: filters.stage,
    rfm_class: filters.rfm_class,
    rfm_r: score(filters.rfm_r?.[0]),
    rfm_f: score(filters.rfm_f?.[0]),
    member: flag(filters.member?.[0]),
    segment_id: digits(filters.segment_id?.[0]),
    tag_id: filters.tag_id?.map(digits).filter((id) => id !== undefined),
    as_of: filters.as_of?.[0],
    ...paging,
  }) as ListQuestion;
}

/** What of the filters a segment can hold: traits, not a search, not another segment, not a day. */
export function definitionOf(question: ListQuestion): { and: object[] } {
  const lists = [
    { trait: 'stage', value: question.stage },
    { trait: 'rfm_class', value: question.rfm_class },
  ].flatMap(({ trait, value }) => (value?.length ? [{ trait, op: 'in', value }] : []));
  const singles = [
    { trait: 'rfm_r', value: question.rfm_r },
    { trait: 'rfm_f', value: question.rfm_f },
    { trait: 'is_member', value: question.member },
  ].flatMap(({ trait, value }) => (value === undefined || value === null ? [] : [{ trait, op: '=', value }]));
  const tags = (question.tag_id ?? []).map((id) => ({ trait: `tag_${id}`, op: '=', value: true }));
  return { and: [...lists, ...singles, ...tags] };
}
