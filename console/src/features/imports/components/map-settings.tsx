/** How the file is to be understood as a whole: grain, currency, zone, what "paid" means. */
import { Flex, Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useLanguage, useWords } from '@/ui/i18n';
import type { Kind } from '../fields';
import { settingOf } from '../map-text';
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

interface MapSettingsProps {
  kind: Kind;
  text: string;
  onChange: (name: string, value: string) => void;
}

function Setting({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="map-setting">
      <span>{label}</span>
      {children}
    </div>
  );
}

export function MapSettings({ kind, text, onChange }: MapSettingsProps) {
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
              style={{ width: 180 }}
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
      <Setting label={w.source}>
        <Input
          aria-label={w.source}
          title={w.sourceHelp}
          value={settingOf(text, 'source') ?? ''}
          onChange={({ target }) => onChange('source', target.value)}
          style={{ width: 200 }}
        />
      </Setting>
    </Flex>
  );
}
