/** Which groups of the navigation are open, remembered in this browser. */
import { useCallback, useEffect, useState } from 'react';
import { recall, remember } from '@/client/memory';
import { NAV_GROUPS, type NavGroup } from '@/ui/feature';

const KEY = 'siyu.navigation';
const AT_FIRST: NavGroup[] = ['customers', 'marketing'];

function remembered(): Set<NavGroup> {
  const kept = recall(KEY);
  const names: unknown[] = Array.isArray(kept) ? kept : AT_FIRST;
  return new Set((Object.keys(NAV_GROUPS) as NavGroup[]).filter((group) => names.includes(group)));
}

/** The group of the page that is shown opens by itself when the page changes to it; closing it again is allowed. */
export function useOpenGroups(current: NavGroup | undefined): [Set<NavGroup>, (group: NavGroup) => void] {
  const [open, setOpen] = useState(remembered);
  useEffect(() => {
    if (current && NAV_GROUPS[current]['zh-CN'])
      setOpen((before) => (before.has(current) ? before : new Set([...before, current])));
  }, [current]);
  const toggle = useCallback(
    (group: NavGroup) =>
      setOpen((before) => {
        const after = new Set(before);
        if (!after.delete(group)) after.add(group);
        remember(KEY, [...after]);
        return after;
      }),
    [],
  );
  return [open, toggle];
}
