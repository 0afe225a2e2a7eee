/** What a condition beyond traits is entered with: a segment, a share and its salt, a trait and how many. */
import { SyncOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Select, Tooltip } from 'antd';
import type { ConditionValueProps } from '@/ui/condition-builder';
import { useLanguage, useWords } from '@/ui/i18n';
import { said } from '@/ui/trait-value';
import { useSegments, useTraits } from '../queries';
import { newSalt, RANKED, SEGMENT, SHARE, shareOf, topOf } from '../special';
import { words } from '../words';

interface EditorProps {
  value: unknown;
  onChange: (value: unknown) => void;
  disabled: boolean;
}

const PARTS = 10_000;
const SALT_MAX = 64;
const TOP_MAX = 1_000_000_000;

function SegmentEditor({ value, onChange, disabled }: EditorProps) {
  const w = useWords(words);
  const segments = useSegments(false).data ?? [];
  return (
    <Select
      aria-label={w.chooseSegment}
      placeholder={w.chooseSegment}
      disabled={disabled}
      value={typeof value === 'number' ? value : null}
      onChange={(segmentId: number) => onChange(segmentId)}
      options={segments.map(({ segment_id, name }) => ({ value: segment_id, label: name }))}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      style={{ minWidth: 220, maxWidth: 460 }}
    />
  );
}

function ShareEditor({ value, onChange, disabled }: EditorProps) {
  const w = useWords(words);
  const share = shareOf(value);
  const salt = share.salt ?? '';
  const change = (of: number | null, given: string) => onChange({ ...(of ? { of } : {}), salt: given });
  return (
    <span className="value-range">
      <InputNumber
        aria-label={w.randomShare}
        disabled={disabled}
        value={share.of === undefined ? null : Math.round(share.of * PARTS) / 100}
        min={0.01}
        max={100}
        precision={2}
        controls={false}
        suffix={w.ofCustomers}
        onChange={(percent) =>
          change(percent === null ? null : Math.round(percent * 100) / PARTS, salt || newSalt())
        }
        style={{ width: 160 }}
      />
      <Tooltip title={w.saltHint}>
        <Input
          aria-label={w.salt}
          prefix={<small className="unit">{w.salt}</small>}
          disabled={disabled}
          value={salt}
          maxLength={SALT_MAX}
          onChange={(event) => change(share.of ?? null, event.target.value)}
          style={{ width: 190 }}
        />
      </Tooltip>
      <Button
        type="text"
        size="small"
        icon={<SyncOutlined />}
        disabled={disabled}
        onClick={() => change(share.of ?? null, newSalt())}
      >
        {w.drawAnew}
      </Button>
    </span>
  );
}

function TopEditor({ value, onChange, disabled }: EditorProps) {
  const w = useWords(words);
  const language = useLanguage();
  const ranked = (useTraits().data ?? []).filter(({ type }) => RANKED.has(type));
  const top = topOf(value);
  return (
    <span className="value-range">
      <InputNumber
        aria-label={w.places}
        disabled={disabled}
        value={top.n ?? null}
        min={1}
        max={TOP_MAX}
        precision={0}
        controls={false}
        suffix={w.places}
        onChange={(n) => onChange({ ...top, n: n ?? undefined })}
        style={{ width: 140 }}
      />
      <Select
        aria-label={w.chooseTrait}
        placeholder={w.chooseTrait}
        disabled={disabled}
        value={top.by ?? null}
        onChange={(by: string) => onChange({ ...top, by })}
        options={ranked.map(({ name, label }) => ({ value: name, label: said(label)[language] }))}
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={false}
        style={{ minWidth: 160 }}
      />
      <Select
        aria-label={w.withinAll}
        disabled={disabled}
        value={top.within ?? 'all'}
        onChange={(within: 'all' | 'group') => onChange({ ...top, within })}
        options={[
          { value: 'all', label: w.withinAll },
          { value: 'group', label: w.withinGroup },
        ]}
        popupMatchSelectWidth={false}
        style={{ minWidth: 140 }}
      />
    </span>
  );
}

export function SpecialEditor({ field, value, handleOnChange, disabled }: ConditionValueProps) {
  const props = { value, onChange: (next: unknown) => handleOnChange(next), disabled: disabled ?? false };
  if (field === SEGMENT) return <SegmentEditor {...props} />;
  return field === SHARE ? <ShareEditor {...props} /> : <TopEditor {...props} />;
}
