/** State that lives in the address: it survives a reload, can be shared and goes back with the browser's button. */
import { useCallback, useMemo, useRef } from 'react';
import { useSearchParams } from 'react-router';

export type UrlValue = string | number | boolean | string[];
export type UrlValues = Record<string, UrlValue>;

function readOne(params: URLSearchParams, key: string, fallback: UrlValue): UrlValue {
  if (!params.has(key)) return fallback;
  if (Array.isArray(fallback)) return params.getAll(key).filter(Boolean);
  const text = params.get(key) ?? '';
  if (typeof fallback === 'boolean') return text === 'true';
  if (typeof fallback !== 'number') return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : fallback;
}

const same = (a: UrlValue, b: UrlValue): boolean => JSON.stringify(a) === JSON.stringify(b);

function writeOne(params: URLSearchParams, key: string, value: UrlValue, fallback: UrlValue): void {
  params.delete(key);
  if (same(value, fallback)) return;
  if (!Array.isArray(value)) params.set(key, String(value));
  else if (value.length === 0) params.set(key, '');
  else for (const each of value) params.append(key, each);
}

type Widened<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends number
      ? number
      : T[K] extends boolean
        ? boolean
        : string[];
};

/** Values equal to their default are left out of the address. The defaults of the first render hold. */
export function useUrlState<const T extends Record<string, string | number | boolean | readonly string[]>>(
  defaults: T,
): [Widened<T>, (patch: Partial<Widened<T>>, options?: { replace?: boolean }) => void] {
  const fallback = useRef(defaults as unknown as UrlValues).current;
  const [params, setParams] = useSearchParams();
  const state = useMemo(
    () =>
      Object.fromEntries(Object.entries(fallback).map(([key, value]) => [key, readOne(params, key, value)])),
    [params, fallback],
  );
  const change = useCallback(
    (patch: Partial<Widened<T>>, options: { replace?: boolean } = {}) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [key, value] of Object.entries(patch))
            if (key in fallback)
              writeOne(after, key, (value ?? fallback[key]) as UrlValue, fallback[key] as UrlValue);
          return after;
        },
        { replace: options.replace ?? true },
      ),
    [setParams, fallback],
  );
  return [state as Widened<T>, change];
}
