/** Which column of the file fills which of our fields, edited by selects. */
import { Flex, Input, Select, Table, Tooltip } from 'antd';
import { Definition } from '@/ui/definition';
import { useWords } from '@/ui/i18n';
import { Percent } from '@/ui/numbers';
import { ToneTag } from '@/ui/tags';
import { FIELDS, type Field, isRequired, type Kind, mayBeConstant, samplesOf } from '../fields';
import type { Columns, Rule } from '../map-text';
import type { Upload } from '../queries';
import { fieldHelp, fieldWords } from '../words/fields';
import { words } from '../words/wizard';

const CONSTANT = '\u0000constant';

interface MapTableProps {
  kind: Kind;
  upload: Upload;
  columns: Columns;
  /** Fields without which nothing can be imported. */
  missing: Field[];
  onChange: (field: Field, rule: Rule | undefined) => void;
}

interface CellProps {
  field: Field;
  rule: Rule | undefined;
  upload: Upload;
  onChange: (rule: Rule | undefined) => void;
}

function ColumnCell({ field, rule, upload, onChange }: CellProps) {
  const w = useWords(words);
  const names = useWords(fieldWords);
  const options = [
    ...upload.columns.map((column) => ({ value: column.trim(), label: column.trim() })),
    ...(mayBeConstant(field) ? [{ value: CONSTANT, label: w.constant }] : []),
  ];
  const value = rule?.constant === undefined ? rule?.column : CONSTANT;
  const choose = (chosen: string | undefined) => {
    if (chosen === undefined) onChange(undefined);
    else onChange(chosen === CONSTANT ? { constant: '' } : { column: chosen });
  };
  return (
    <Flex gap={8}>
      <Select
        className="map-select"
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={names[field]}
        placeholder={w.notMapped}
        value={value}
        options={options}
        onChange={choose}
      />
      {rule?.constant === undefined ? null : (
        <Input
          className="map-constant"
          aria-label={`${names[field]} ${w.constantText}`}
          value={rule.constant}
          onChange={({ target }) => onChange({ constant: target.value })}
        />
      )}
    </Flex>
  );
}

function TransformCell({ rule, onChange }: Pick<CellProps, 'rule' | 'onChange'>) {
  const w = useWords(words);
  if (!rule?.column) return null;
  return (
    <Select
      className="map-transform"
      variant="borderless"
      aria-label={w.transform}
      value={rule.transform ?? ''}
      options={[
        { value: '', label: w.transformNone },
        { value: 'integer_text', label: w.removeZero },
        { value: 'digits', label: w.digits },
      ]}
      onChange={(transform) => onChange({ column: rule.column ?? '', ...(transform ? { transform } : {}) })}
    />
  );
}

export function MapTable({ kind, upload, columns, missing, onChange }: MapTableProps) {
  const w = useWords(words);
  const names = useWords(fieldWords);
  const helps = useWords(fieldHelp);
  const guesses = upload.guesses.find((guess) => guess.kind === kind)?.fields ?? [];
  const confidenceOf = (field: Field) =>
    guesses.find((guess) => guess.target === field && guess.column.trim() === columns[field]?.column?.trim())
      ?.confidence;
  const samples = (field: Field) => {
    const rule = columns[field];
    if (rule?.constant !== undefined) return w.constantText;
    return rule?.column ? samplesOf(upload.sample, rule.column).join(' · ') : '';
  };
  return (
    <Table<{ field: Field }>
      className="map-table"
      size="small"
      rowKey="field"
      pagination={false}
      scroll={{ x: 860 }}
      rowClassName={({ field }) => (missing.includes(field) ? 'map-missing' : '')}
      dataSource={FIELDS[kind].map((field) => ({ field }))}
      columns={[
        {
          key: 'field',
          title: w.field,
          width: 210,
          render: (_, { field }) => (
            <>
              <Flex gap={6} align="center">
                <b>{names[field]}</b>
                {missing.includes(field) || isRequired(kind, field) ? (
                  <ToneTag tone={missing.includes(field) ? 'bad' : 'neutral'}>{w.required}</ToneTag>
                ) : null}
              </Flex>
              <small>{helps[field]}</small>
            </>
          ),
        },
        {
          key: 'column',
          title: w.column,
          width: 280,
          render: (_, { field }) => (
            <ColumnCell
              field={field}
              rule={columns[field]}
              upload={upload}
              onChange={(rule) => onChange(field, rule)}
            />
          ),
        },
        {
          key: 'samples',
          title: w.samples,
          ellipsis: true,
          render: (_, { field }) => (
            <Tooltip title={samples(field)}>
              <span className="map-samples">{samples(field)}</span>
            </Tooltip>
          ),
        },
        {
          key: 'transform',
          title: w.transform,
          width: 130,
          render: (_, { field }) => (
            <TransformCell rule={columns[field]} onChange={(rule) => onChange(field, rule)} />
          ),
        },
        {
          key: 'confidence',
          align: 'end',
          width: 116,
          title: (
            <Definition of={{ definition: w.confidenceMeaning, unit: w.confidenceUnit }}>
              {w.confidence}
            </Definition>
          ),
          render: (_, { field }) =>
            confidenceOf(field) === undefined ? null : <Percent ratio={confidenceOf(field)} digits={0} />,
        },
      ]}
    />
  );
}
