/** Time zones and currencies by the names that people know. */
import type { Language } from '@/client/language';

/** Zones are listed with their present distance from UTC: Asia/Shanghai (UTC+8). */
export function zoneOptions(language: Language): { value: string; label: string }[] {
  return Intl.supportedValuesOf('timeZone').map((zone) => {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' });
    const offset = parts.formatToParts(new Date()).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const place = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'longGeneric' });
    const name = place.formatToParts(new Date()).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return { value: zone, label: `${zone} · ${name} (${offset.replace('GMT', 'UTC')})` };
  });
}

/** CNY becomes 人民币 (CNY). */
export function currencyName(code: string, language: Language): string {
  const name = new Intl.DisplayNames(language, { type: 'currency' }).of(code);
  return name && name !== code ? `${name} (${code})` : code;
}
