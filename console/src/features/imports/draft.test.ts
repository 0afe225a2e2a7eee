/** What the wizard starts with and what it sends. */
import {
  draftOf,
  foreignCurrency,
  isEdited,
  mapToRepeat,
  optionsOf,
  requestOf,
  withKind,
  withMapSource,
} from './draft';
import { withSetting } from './map-text';
import type { Preset, Upload } from './queries';

const upload = {
  upload_id: 'a'.repeat(32),
  columns: ['订单编号'],
  sample: [],
  best_preset: null,
  guesses: [
    { kind: 'customers', map_text: 'kind: customers\n', fields: [], unused_columns: [], missing_fields: [] },
    {
      kind: 'orders',
      map_text: 'kind: orders\ncurrency: CNY\n',
      fields: [],
      unused_columns: [],
      missing_fields: [],
    },
  ],
} as unknown as Upload;
const presets: Preset[] = [
  {
    name: 'online_retail',
    title: 'Online Retail',
    kind: 'orders',
    text: 'kind: orders\ncurrency: GBP\nmax_bad_share: 0.05\n',
  },
];

test('a recognised file starts with its preset', () => {
  const draft = draftOf({ ...upload, best_preset: 'online_retail' }, presets);
  expect(draft).toMatchObject({ kind: 'orders', mapSource: 'online_retail', mapText: presets[0]?.text });
});

test('an unknown file starts with the likeliest guess', () => {
  expect(draftOf(upload, presets)).toMatchObject({ kind: 'customers', mapSource: 'guess' });
});

test('a map to repeat comes before preset and guess', () => {
  const repeat = mapToRepeat({ mapText: 'kind: stores\n', kind: 'stores' });
  const draft = draftOf({ ...upload, best_preset: 'online_retail' }, presets, repeat);
  expect(draft).toMatchObject({ kind: 'stores', mapText: 'kind: stores\n' });
  expect(mapToRepeat(null)).toBeUndefined();
});

test('another kind brings its own guess, a preset its own kind', () => {
  const draft = draftOf(upload, presets);
  expect(withKind(draft, 'orders', presets).mapText).toContain('kind: orders');
  expect(withMapSource(draft, 'online_retail', presets)).toMatchObject({
    kind: 'orders',
    mapSource: 'online_retail',
  });
});

test('a kind without a guess starts with an empty map of that kind', () => {
  expect(withKind(draftOf(upload, presets), 'stores', presets).mapText).toContain('kind: stores');
});

test('a changed text is noticed', () => {
  const draft = draftOf(upload, presets);
  expect(isEdited(draft, presets)).toBe(false);
  expect(isEdited({ ...draft, mapText: withSetting(draft.mapText, 'source', 'erp') }, presets)).toBe(true);
});

test('a rate is asked for and sent only where currencies differ', () => {
  const pounds = withMapSource(draftOf(upload, presets), 'online_retail', presets);
  const options = { ...optionsOf(pounds), rate: 9.2 };
  expect(foreignCurrency(pounds, 'CNY')).toBe('GBP');
  expect(requestOf(pounds, options, 'CNY')).toMatchObject({ rate: 9.2, max_bad_share: 0.05, dry_run: false });
  expect(requestOf(pounds, options, 'GBP')).not.toHaveProperty('rate');
  expect(foreignCurrency(draftOf(upload, presets), 'USD')).toBeUndefined(); // customers have no amounts
});
