/** How the file is to be understood as a whole: grain, currency, zone, what "paid" means. */
import { Flex, Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useLanguage, useWords } from '@/ui/i18n';
import type { Kind } from '../fields';
import { listOf, settingOf } from '../map-text';
import { words } from '../words/wizard';

const CURRENCIES = [
  'CNY',
  'HKD',
  'TWD',
  'USD',
  'EUR',
  'GBP',
  'JPY',
  'KRW',
  'SGD',
  'AUD',
  'CAD',
  'CHF',
  'THB',
  'MYR',
];

/** Formats that files use, each with an example that people recognise; any other can be typed. */
const DATE_FORMATS = [
  ['%Y/%m/%d %H:%M', '2026/8/25 10:21'],
  ['%Y/%m/%d %H:%M:%S', '2026/8/25 10:21:05'],
  ['%Y/%m/%d', '2026/8/25'],
  ['%Y%m%d', '20260825'],
  ['%Y%m%d%H%M%S', '20260825102105'],
  ['%Y年%m月%d日', '2026年8月25日'],
  ['%Y.%m.%d', '2026.8.25'],
  ['%d/%m/%Y', '25/8/2026'],
  ['%d/%m/%Y %H:%M', '25/8/2026 10:21'],
  ['%m/%d/%Y', '8/25/2026'],
  ['%m/%d/%Y %H:%M', '8/25/2026 10:21'],
  ['%d.%m.%Y', '25.8.2026'],
].map(([value = '', example = '']) => ({ value, label: `${example} (${value})` }));

interface MapSettingsProps {
  kind: Kind;
  text: string;
  onChange: (name: string, value: string) => void;
  onDates: (formats: string[]) => void;
}

function Setting({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="map-setting">
      <span>{label}</span>
      {children}
    </div>
  );
}

export function MapSettings({ kind, text, onChange, onDates }: MapSettingsProps) {
  const w = useWords(words);
  const language = useLanguage();
  const names = new Intl.DisplayNames(language, { type: 'currency' });
  const currency = settingOf(text, 'currency') ?? 'CNY';
  const currencies = [...new Set([currency, ...CURRENCIES])];
  const hasMoney = kind === 'orders' || kind === 'products';
  const hasTime = kind === 'orders' || kind === 'customers';
  return (
    <Flex gap={16} wrap className="map-settings">
      {kind === 'orders' ? (
        <>
          <Setting label={w.grain}>
            <Select
              aria-label={w.grain}
              value={settingOf(text, 'grain') ?? 'line'}
              onChange={(value) => onChange('grain', value)}
              options={[
                { value: 'line', label: w.grainLine },
                { value: 'order', label: w.grainOrder },
              ]}
              style={{ width: 230 }}
            />
          </Setting>
          <Setting label={w.paidIs}>
            <Select
              aria-label={w.paidIs}
              value={settingOf(text, 'paid_amount_is') ?? 'gross'}
              onChange={(value) => onChange('paid_amount_is', value)}
              options={[
                { value: 'gross', label: w.gross },
                { value: 'net_of_refunds', label: w.net },
              ]}
              style={{ width: 150 }}
            />
          </Setting>
        </>
      ) : null}
      {hasMoney ? (
        <Setting label={w.currency}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={w.currency}
            value={currency}
            onChange={(value) => onChange('currency', value)}
            options={currencies.map((code) => ({ value: code, label: `${code} ${names.of(code) ?? ''}` }))}
            style={{ width: 170 }}
          />
        </Setting>
      ) : null}
      {hasTime ? (
        <Setting label={w.zone}>
          <Select
            showSearch
            aria-label={w.zone}
            value={settingOf(text, 'time_zone') ?? 'Asia/Shanghai'}
            onChange={(value) => onChange('time_zone', value)}
            options={Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value }))}
            style={{ width: 190 }}
          />
        </Setting>
      ) : null}
      {hasTime ? (
        <Setting label={w.dates}>
          <Select
            mode="tags"
            aria-label={w.dates}
            placeholder={w.datesPlaceholder}
            value={listOf(text, 'dates')}
            options={DATE_FORMATS}
            onChange={onDates}
            maxTagCount="responsive"
            optionLabelProp="value"
            style={{ width: 280 }}
          />
        </Setting>
      ) : null}
      <div className="map-setting map-source">
        <label htmlFor="map-source">{w.source}</label>
        <Flex gap={12} align="center">
          <Input
            id="map-source"
            aria-describedby="map-source-help"
            value={settingOf(text, 'source') ?? ''}
            onChange={({ target }) => onChange('source', target.value)}
            style={{ width: 240, flex: 'none' }}
          />
          <small id="map-source-help">{w.sourceHelp}</small>
        </Flex>
      </div>
    </Flex>
  );
}
