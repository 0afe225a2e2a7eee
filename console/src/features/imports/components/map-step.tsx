/** The second step: what the file is, which map fits, and which column fills which field. */
import { Alert, Collapse, Flex, Input, Segmented, Select } from 'antd';
import { sizeText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { type Draft, GUESS, isEdited, withKind, withMapSource } from '../draft';
import { KINDS, missingFields, unusedColumns } from '../fields';
import { columnsOf, withList, withRule, withSetting } from '../map-text';
import type { Preset } from '../queries';
import { kindWords } from '../words/fields';
import { words } from '../words/wizard';
import { MapSettings } from './map-settings';
import { MapTable } from './map-table';

interface MapStepProps {
  draft: Draft;
  presets: Preset[];
  onChange: (draft: Draft) => void;
}

function FileLine({ draft }: { draft: Draft }) {
  const language = useLanguage();
  const { file_name, bytes, format, encoding } = draft.upload;
  const parts = [format.toUpperCase(), encoding?.toUpperCase(), sizeText(bytes, language)].filter(Boolean);
  return (
    <p className="file-line">
      <b>{file_name}</b> {parts.join(' · ')}
    </p>
  );
}

function Choices({ draft, presets, onChange }: MapStepProps) {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const edited = isEdited(draft, presets) ? ` (${w.edited})` : '';
  const fitting = presets.filter(({ kind }) => kind === draft.kind);
  const sources = [
    { value: GUESS, label: w.guess },
    ...fitting.map(({ name, title }) => ({ value: name, label: `${w.preset} · ${title}` })),
  ].map((option) =>
    option.value === draft.mapSource ? { ...option, label: option.label + edited } : option,
  );
  return (
    <Flex gap={24} wrap align="center">
      <Flex gap={10} align="center">
        <span>{w.kind}</span>
        <Segmented
          aria-label={w.kind}
          value={draft.kind}
          options={KINDS.map((value) => ({ value, label: kinds[value] }))}
          onChange={(kind) => onChange(withKind(draft, kind, presets))}
        />
      </Flex>
      <Flex gap={10} align="center">
        <span>{w.map}</span>
        <Select
          aria-label={w.map}
          value={draft.mapSource}
          options={sources}
          onChange={(source) => onChange(withMapSource(draft, source, presets))}
          style={{ width: 300 }}
        />
      </Flex>
    </Flex>
  );
}

export function MapStep({ draft, presets, onChange }: MapStepProps) {
  const w = useWords(words);
  const { upload, kind, mapText, mapSource } = draft;
  const columns = columnsOf(mapText);
  const unused = unusedColumns(upload.columns, columns);
  const recognised = presets.find(({ name }) => name === upload.best_preset && name === mapSource);
  const setText = (text: string) => onChange({ ...draft, mapText: text });
  return (
    <Flex vertical gap={16}>
      <FileLine draft={draft} />
      <Choices draft={draft} presets={presets} onChange={onChange} />
      {recognised ? (
        <Alert type="success" showIcon title={w.recognisedAs(recognised.title)} />
      ) : mapSource === GUESS ? (
        <Alert type="info" showIcon title={w.guessedText} />
      ) : null}
      <MapSettings
        kind={kind}
        text={mapText}
        onChange={(name, value) => setText(withSetting(mapText, name, value))}
        onDates={(formats) => setText(withList(mapText, 'dates', formats))}
      />
      <MapTable
        kind={kind}
        upload={upload}
        columns={columns}
        missing={missingFields(kind, columns)}
        onChange={(field, rule) => setText(withRule(mapText, field, rule))}
      />
      <p className="map-unused">{unused.length > 0 ? w.unused(unused.join(' · ')) : w.allUsed}</p>
      <Collapse
        size="small"
        items={[
          {
            key: 'yaml',
            label: w.advanced,
            children: (
              <>
                <p className="map-unused">{w.advancedHelp}</p>
                <Input.TextArea
                  className="map-yaml"
                  aria-label={w.advanced}
                  spellCheck={false}
                  autoSize={{ minRows: 10, maxRows: 30 }}
                  value={mapText}
                  onChange={({ target }) => setText(target.value)}
                />
              </>
            ),
          },
        ]}
      />
    </Flex>
  );
}
