/** Where a table stands: filters and sort order in the address, private filters and the trail of pages beside it. */
import { useCallback, useMemo } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';

export type Filters = Record<string, string[]>;

export interface TableState {
  /** What the request needs. `sort` is a field name, with a minus in front when descending. */
  params: { sort: string | undefined; cursor: string | undefined; limit: number };
  /** Every filter by its name; a filter that is not set is an empty list. */
  filters: Filters;
  filtered: boolean;
  setFilter: (name: string, values: string[]) => void;
  /** Several filters at once; those not named stay. */
  setFilters: (patch: Filters) => void;
  clearFilters: () => void;
  setSort: (sort: string | undefined) => void;
  toNext: (cursor: string) => void;
  toPrevious: (() => void) | undefined;
  toFirst: (() => void) | undefined;
}

interface TableStateOptions {
  /** The names of the filters, also the names in the address. Constant for a page. */
  filters?: readonly string[];
  /** Those of them that may hold personal data: they live in the browser's history, never in the address. */
  privateFilters?: readonly string[];
  defaultSort?: string;
  limit?: number;
}

const NO_FILTERS: readonly string[] = [];
interface Beside {
  trail: string[];
  privately: Filters;
}

const besideOf = (state: unknown): Beside => {
  const { trail, privately } = (state ?? {}) as Partial<Beside>;
  return { trail: Array.isArray(trail) ? trail : [], privately: privately ?? {} };
};

/** Changing a filter or the order leads back to the first page; the trail lives in the browser's history. */
export function useTableState(options: TableStateOptions = {}): TableState {
  const { filters: names = NO_FILTERS, privateFilters = NO_FILTERS, defaultSort, limit = 20 } = options;
  const [search] = useSearchParams();
  const location = useLocation();
  const navigate = useNavigate();
  const { trail, privately } = useMemo(() => besideOf(location.state), [location.state]);

  const go = useCallback(
    (edit: (params: URLSearchParams) => void, beside: Beside, replace: boolean) => {
      const params = new URLSearchParams(location.search);
      edit(params);
      for (const name of privateFilters) params.delete(name);
      void navigate({ search: params.toString() }, { replace, state: beside });
    },
    [navigate, location.search, privateFilters],
  );
  const restart = useCallback(
    (edit: (params: URLSearchParams) => void, kept: Filters = privately) =>
      go(
        (params) => {
          params.delete('cursor');
          edit(params);
        },
        { trail: [], privately: kept },
        true,
      ),
    [go, privately],
  );
  const filters = useMemo(
    () =>
      Object.fromEntries(
        names.map((name) => {
          const values = privateFilters.includes(name) ? (privately[name] ?? []) : search.getAll(name);
          return [name, values.filter(Boolean)];
        }),
      ),
    [names, privateFilters, privately, search],
  );
  const cursor = search.get('cursor') ?? undefined;
  const setFilters = (patch: Filters) => {
    const [hidden, shown] = [true, false].map((hides) =>
      Object.entries(patch).filter(([name]) => privateFilters.includes(name) === hides),
    ) as [[string, string[]][], [string, string[]][]];
    restart(
      (params) => {
        for (const [name, values] of shown) {
          params.delete(name);
          for (const value of values) params.append(name, value);
        }
      },
      { ...privately, ...Object.fromEntries(hidden) },
    );
  };
  const toPage = (target: string | undefined, nextTrail: string[]) =>
    go(
      (params) => (target ? params.set('cursor', target) : params.delete('cursor')),
      { trail: nextTrail, privately },
      false,
    );
  return {
    params: { sort: search.get('sort') ?? defaultSort, cursor, limit },
    filters,
    filtered: Object.values(filters).some((values) => values.length > 0),
    setFilter: (name, values) => setFilters({ [name]: values }),
    setFilters,
    clearFilters: () =>
      restart((params) => {
        for (const name of names) params.delete(name);
      }, {}),
    setSort: (sort) =>
      restart((params) => (sort && sort !== defaultSort ? params.set('sort', sort) : params.delete('sort'))),
    toNext: (next) => toPage(next, [...trail, cursor ?? '']),
    toPrevious: trail.length > 0 ? () => toPage(trail.at(-1) || undefined, trail.slice(0, -1)) : undefined,
    toFirst: cursor ? () => toPage(undefined, []) : undefined,
  };
}
