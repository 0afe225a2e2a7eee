/** What the pages of traits ask the server, and what they change. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import { ApiProblem } from '@/client/problem';
import type { components } from '@/client/schema';
import type { Definition } from '@/ui/condition-tree';

type Schemas = components['schemas'];
export type Trait = Schemas['TraitOut'];
export type Topic = Schemas['Topic'];
export type Origin = Schemas['Origin'];
export type OwnTrait = Schemas['OwnTraitOut'];
export type TraitUse = Schemas['TraitUseOut'];
export type TraitVersion = Schemas['TraitVersionOut'];
export type Fact = Schemas['FactOut'];
export type Property = Schemas['PropertyOut'];
export type Preview = Schemas['TraitPreviewOut'];
export type Label = Schemas['Words'];

const SAMPLE = 10;

const keys = {
  all: ['traits'] as const,
  list: ['traits', 'list'] as const,
  uses: ['traits', 'uses'] as const,
  own: ['traits', 'own'] as const,
  versions: (name: string) => ['traits', 'versions', name] as const,
  facts: ['traits', 'facts'] as const,
  operators: ['traits', 'operators'] as const,
  values: (fact: string, property: string) => ['traits', 'values', fact, property] as const,
  preview: (name: string, definition: string, asOf: string) =>
    ['traits', 'preview', name, definition, asOf] as const,
};

export const useTraits = () =>
  useQuery({
    queryKey: keys.list,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/traits', { signal })),
  });

/** What names each trait, by the trait's name. */
export const useTraitUses = () =>
  useQuery({
    queryKey: keys.uses,
    queryFn: async ({ signal }): Promise<Map<string, TraitUse[]>> => {
      const found = await dataOf(api.GET('/api/v1/traits/uses', { signal }));
      return new Map(found.map(({ name, used_by }) => [name, used_by]));
    },
  });

/** The traits that the brand declared itself, those among them that cannot be read any more. */
export const useOwnTraits = () =>
  useQuery({
    queryKey: keys.own,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/traits/own', { signal })),
  });

export const useVersions = (name: string) =>
  useQuery({
    queryKey: keys.versions(name),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/traits/own/{trait_name}/versions', {
          params: { path: { trait_name: name } },
          signal,
        }),
      ),
    retry: false,
  });

export const useFacts = () =>
  useQuery({
    queryKey: keys.facts,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/traits/facts', { signal })),
  });

/** Which operators each type of value takes. */
export const useOperators = () =>
  useQuery({
    queryKey: keys.operators,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/segments/operators', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The commonest values of a text property, to choose from. */
export const useValues = (fact: string, property: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.values(fact, property),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/traits/facts/{fact_name}/values', {
          params: { path: { fact_name: fact }, query: { property } },
          signal,
        }),
      ),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

const again = (failures: number, error: Error): boolean =>
  failures < 2 && !(error instanceof ApiProblem && error.status < 500);

/** What the definition gives; `name`: of the trait whose next version it may become. */
export const usePreview = (name: string | undefined, definition: Definition | undefined, asOf: string) =>
  useQuery({
    queryKey: keys.preview(name ?? '', JSON.stringify(definition), asOf),
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/api/v1/traits/own/preview', {
          body: {
            definition: definition ?? {},
            name: name ?? 'a_trial',
            sample: SAMPLE,
            ...(asOf ? { as_of: asOf } : {}),
          },
          signal,
        }),
      ),
    enabled: definition !== undefined,
    placeholderData: keepPreviousData,
    retry: again,
  });

export function useTraitActions() {
  const client = useQueryClient();
  const done = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    // Segments and customers show traits as well, under keys of their own.
    await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes('traits') });
    return answer;
  };
  return {
    define: (name: string, label: Label, definition: Definition) =>
      done(api.POST('/api/v1/traits/own', { body: { name, label, definition } })),
    change: (name: string, version: number, label: Label, definition: Definition) =>
      done(
        api.PATCH('/api/v1/traits/own/{trait_name}', {
          params: { path: { trait_name: name } },
          body: { version, label, definition },
        }),
      ),
    archive: (name: string) =>
      done(api.DELETE('/api/v1/traits/own/{trait_name}', { params: { path: { trait_name: name } } })),
  };
}
