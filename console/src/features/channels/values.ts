/** The SMS channel as the form holds it: the price in fen, hours without seconds, a key only when it changes. */
import type { SmsChannel, SmsChannelChanges } from './queries';

export interface Values {
  enabled: boolean;
  provider: string;
  base_url: string;
  key: string;
  price: number;
  signature: string;
  opt_out_line: string;
  opens: string;
  closes: string;
  cap_per_day: number;
  cap_per_30_days: number;
}

const CENTIFEN_IN_FEN = 100;
const MINUTES = 5; // 09:00 of 09:00:00

export function valuesOf({ price_centifen, opens, closes, ...rest }: SmsChannel): Values {
  return {
    ...rest,
    key: '',
    price: price_centifen / CENTIFEN_IN_FEN,
    opens: opens.slice(0, MINUTES),
    closes: closes.slice(0, MINUTES),
  };
}

export function changesOf(values: Values): SmsChannelChanges {
  const {
    enabled,
    provider,
    base_url,
    signature,
    opt_out_line,
    opens,
    closes,
    cap_per_day,
    cap_per_30_days,
  } = values;
  return {
    enabled,
    provider,
    base_url: base_url.trim(),
    signature: signature.trim(),
    opt_out_line: opt_out_line.trim(),
    opens,
    closes,
    cap_per_day,
    cap_per_30_days,
    price_centifen: Math.round(values.price * CENTIFEN_IN_FEN),
    ...(values.key ? { key: values.key } : {}),
  };
}

type Missing = 'missingAddress' | 'missingKey' | 'missingSignature' | 'missingEnabled';

/** What keeps SMS from being sent, in the order in which it is mended. */
export function missingOf(channel: SmsChannel): Missing[] {
  const found: [Missing, boolean][] = [
    ['missingAddress', !channel.base_url],
    ['missingKey', !channel.has_key],
    ['missingSignature', !channel.signature],
    ['missingEnabled', !channel.enabled],
  ];
  return found.filter(([, applies]) => applies).map(([name]) => name);
}
