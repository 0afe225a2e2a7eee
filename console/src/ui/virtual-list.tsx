/** A list of any length in a box that scrolls: only the rows in sight are in the page, each as high as it is. */
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { rowsInSight, startsOf } from './rows-in-sight';

const BEYOND = 8; // rows kept ready above and below
const ASK_BEFORE_END = 30; // rows from the end at which more are asked for

interface VirtualListProps<Item> {
  label: string;
  items: Item[];
  keyOf: (item: Item, index: number) => string;
  /** How high a row is that was never in sight. */
  rowHeight: number;
  heightMax: number;
  children: (item: Item) => ReactNode;
  onNearEnd?: (() => void) | undefined;
}

interface RowProps {
  place: number;
  onHeight: (height: number) => void;
  children: ReactNode;
}

/** Tells how high it is, now and whenever that changes. */
function Row({ place, onHeight, children }: RowProps) {
  const row = useRef<HTMLLIElement>(null);
  const tell = useRef(onHeight);
  tell.current = onHeight;
  useEffect(() => {
    const node = row.current;
    if (!node) return undefined;
    const observer = new ResizeObserver(() => tell.current(node.offsetHeight));
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return (
    <li ref={row} aria-setsize={-1} aria-posinset={place}>
      {children}
    </li>
  );
}

/** The heights of rows that were in sight, and a number that changes with them. */
function useHeights(): [Map<string, number>, number, (key: string, height: number) => void] {
  const heights = useRef(new Map<string, number>()).current;
  const [version, setVersion] = useState(0);
  const keep = useCallback(
    (key: string, height: number) => {
      if (height === 0 || heights.get(key) === height) return;
      heights.set(key, height);
      setVersion((before) => before + 1);
    },
    [heights],
  );
  return [heights, version, keep];
}

export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { label, items, keyOf, rowHeight, heightMax, children, onNearEnd } = props;
  const [top, setTop] = useState(0);
  const [heights, version, keep] = useHeights();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that a measured height has changed.
  const starts = useMemo(
    () => startsOf(items.map((item, index) => heights.get(keyOf(item, index)) ?? rowHeight)),
    [items, keyOf, rowHeight, heights, version],
  );
  const total = starts[items.length] ?? 0;
  const [first, last] = rowsInSight(starts, top, heightMax, BEYOND);
  const near = last >= items.length - ASK_BEFORE_END;
  useEffect(() => {
    if (near) onNearEnd?.();
  }, [near, onNearEnd]);
  return (
    <section
      className="virtual-list"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reached by the keyboard.
      tabIndex={0}
      style={{ maxHeight: heightMax }}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
    >
      <ol style={{ paddingTop: starts[first], paddingBottom: total - (starts[last] ?? total) }}>
        {items.slice(first, last).map((item, offset) => {
          const key = keyOf(item, first + offset);
          return (
            <Row key={key} place={first + offset + 1} onHeight={(height) => keep(key, height)}>
              {children(item)}
            </Row>
          );
        })}
      </ol>
    </section>
  );
}
