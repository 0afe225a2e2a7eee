/** The last step before an import: rate, tolerance, dry run. */
import { Checkbox, Descriptions, Flex, InputNumber } from 'antd';
import { Definition } from '@/ui/definition';
import { useWords } from '@/ui/i18n';
import { useBrand } from '@/ui/session';
import { type Draft, foreignCurrency, type Options } from '../draft';
import { columnsOf, settingOf } from '../map-text';
import { fieldWords, kindWords } from '../words/fields';
import { words } from '../words/wizard';

interface OptionsStepProps {
  draft: Draft;
  options: Options;
  onChange: (options: Options) => void;
}

export function OptionsStep({ draft, options, onChange }: OptionsStepProps) {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const fields: Record<string, string> = useWords(fieldWords);
  const brand = useBrand();
  const foreign = foreignCurrency(draft, brand.currency);
  const filled = Object.keys(columnsOf(draft.mapText)).map((name) => fields[name] ?? name);
  return (
    <div className="options-step">
      <Flex vertical gap={20}>
        {foreign ? (
          <div className="option">
            <label htmlFor="import-rate">
              <Definition
                of={{
                  definition: w.rateMeaning(foreign, brand.currency),
                  unit: w.rateHelp(foreign, brand.currency),
                }}
              >
                {w.rate}
              </Definition>
            </label>
            <InputNumber<number>
              id="import-rate"
              min={0}
              step={0.01}
              value={options.rate}
              onChange={(rate) => onChange({ ...options, rate })}
              className="option-input"
            />
            <small>{w.rateHelp(foreign, brand.currency)}</small>
          </div>
        ) : null}
        <div className="option">
          <label htmlFor="import-bad">
            <Definition of={{ definition: w.maxBadMeaning, unit: w.maxBadUnit }}>{w.maxBad}</Definition>
          </label>
          <InputNumber<number>
            id="import-bad"
            min={0}
            max={100}
            step={1}
            suffix="%"
            value={options.maxBadPercent}
            onChange={(share) => onChange({ ...options, maxBadPercent: share ?? 0 })}
            className="option-input"
          />
          <small>{w.maxBadMeaning}</small>
        </div>
        <Checkbox
          checked={options.dryRun}
          onChange={({ target }) => onChange({ ...options, dryRun: target.checked })}
        >
          {w.dryRun}
          <small className="option-note">{w.dryRunHelp}</small>
        </Checkbox>
      </Flex>
      <Descriptions
        title={w.summary}
        column={1}
        size="small"
        items={[
          { key: 'file', label: w.found, children: draft.upload.file_name },
          { key: 'kind', label: w.kindShort, children: kinds[draft.kind] },
          { key: 'source', label: w.source, children: settingOf(draft.mapText, 'source') ?? '—' },
          { key: 'fields', label: w.fields, children: filled.join(' · ') },
        ]}
      />
    </div>
  );
}
