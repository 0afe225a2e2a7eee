/** What the wizard holds between its steps. */
import type { Kind } from './fields';
import { settingOf } from './map-text';
import type { ImportRequest, MapChoice, Preset, Upload } from './queries';

/** Where the map comes from: `guess`, or the name of a preset. */
export type MapSource = string;
export const GUESS: MapSource = 'guess';

export interface Draft {
  upload: Upload;
  kind: Kind;
  mapSource: MapSource;
  mapText: string;
}

/** The map of an earlier import, handed on in the browser's history. */
export interface MapToRepeat {
  mapText: string;
  kind: Kind;
}

export function mapToRepeat(state: unknown): MapToRepeat | undefined {
  const isMap = typeof state === 'object' && state !== null && 'mapText' in state && 'kind' in state;
  return isMap ? (state as MapToRepeat) : undefined;
}

export interface Options {
  /** Brand currency for one of the file's; only where they differ. */
  rate: number | null;
  /** 0 to 100. */
  maxBadPercent: number;
  dryRun: boolean;
}

const DEFAULT_BAD_SHARE = 0.01;

const guessOf = (upload: Upload, kind: Kind): string =>
  upload.guesses.find((guess) => guess.kind === kind)?.map_text ?? `kind: ${kind}\nsource: file\n`;

/** A map to repeat comes first; a recognised file starts with its preset, any other with the likeliest guess. */
export function draftOf(upload: Upload, presets: Preset[], repeat?: MapToRepeat): Draft {
  if (repeat) return { upload, ...repeat, mapSource: GUESS };
  const preset = presets.find(({ name }) => name === upload.best_preset);
  if (preset) return { upload, kind: preset.kind, mapSource: preset.name, mapText: preset.text };
  const kind = upload.guesses[0]?.kind ?? 'orders';
  return { upload, kind, mapSource: GUESS, mapText: guessOf(upload, kind) };
}

/** Another kind of file: its preset where the recognised one is of that kind, else the guess. */
export function withKind(draft: Draft, kind: Kind, presets: Preset[]): Draft {
  const preset = presets.find((each) => each.name === draft.upload.best_preset && each.kind === kind);
  return preset
    ? { ...draft, kind, mapSource: preset.name, mapText: preset.text }
    : { ...draft, kind, mapSource: GUESS, mapText: guessOf(draft.upload, kind) };
}

export function withMapSource(draft: Draft, mapSource: MapSource, presets: Preset[]): Draft {
  const preset = presets.find(({ name }) => name === mapSource);
  if (preset) return { ...draft, kind: preset.kind, mapSource, mapText: preset.text };
  return { ...draft, mapSource: GUESS, mapText: guessOf(draft.upload, draft.kind) };
}

/** Whether the text still is what its source says. */
export function isEdited(draft: Draft, presets: Preset[]): boolean {
  return withMapSource(draft, draft.mapSource, presets).mapText !== draft.mapText;
}

export const choiceOf = ({ upload, kind, mapText }: Draft): MapChoice => ({
  upload_id: upload.upload_id,
  kind,
  map_text: mapText,
});

/** The file's currency where it is not the brand's and amounts must be converted. */
export function foreignCurrency(draft: Draft, brandCurrency: string): string | undefined {
  const currency = settingOf(draft.mapText, 'currency') ?? 'CNY';
  return draft.kind === 'orders' && currency !== brandCurrency ? currency : undefined;
}

export function optionsOf(draft: Draft): Options {
  const share = Number(settingOf(draft.mapText, 'max_bad_share') ?? DEFAULT_BAD_SHARE);
  return {
    rate: null,
    maxBadPercent: (Number.isFinite(share) ? share : DEFAULT_BAD_SHARE) * 100,
    dryRun: false,
  };
}

export function requestOf(draft: Draft, options: Options, brandCurrency: string): ImportRequest {
  const isForeign = foreignCurrency(draft, brandCurrency) !== undefined;
  return {
    ...choiceOf(draft),
    max_bad_share: Number((options.maxBadPercent / 100).toFixed(6)),
    dry_run: options.dryRun,
    ...(isForeign && options.rate !== null ? { rate: options.rate } : {}),
  };
}
