/** Step one: the name, for whom, whom to leave out, how many to hold out; and who that would be now. */
import { Alert, Flex, Input, InputNumber, Select, Slider } from 'antd';
import { Link } from 'react-router';
import { Definition } from '@/ui/definition';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { type Draft, isRequest } from '../draft';
import { type Check, useSegments, useSizes } from '../queries';
import { words as common } from '../words/common';
import { words } from '../words/wizard';
import { Field } from './field';
import { HeadcountBars } from './headcount-bars';
import { KindField } from './kind-field';

const HOLDOUT_MAX = 50;
const HOLDOUT_FEW = 100;
const BASIS_POINTS = 100;

type Query = Parameters<typeof StateBlock<Check>>[0]['query'];

interface AudienceStepProps {
  draft: Draft;
  /** Not stored yet: what it is for may still be chosen. */
  isNew?: boolean;
  onChange: (patch: Partial<Draft>) => void;
  /** The fields lost the focus; a new draft may be stored now. */
  onDone?: () => void;
  /** Absent until there is a draft to be checked. */
  check: Query | undefined;
}

function useSegmentOptions() {
  const w = useWords(words);
  const c = useWords(common);
  const language = useLanguage();
  const reads = useCan('segments.read');
  const segments = useSegments(reads);
  const sizes = useSizes(reads);
  const sizeOf = (id: number) => sizes.data?.sizes.find(({ segment_id }) => segment_id === id)?.count;
  const options = (segments.data ?? []).map((one) => {
    const size = sizeOf(one.segment_id);
    const detail = one.archived_at
      ? w.segmentGone
      : size == null
        ? ''
        : `${numText(size, language)} ${c.customers}`;
    return { value: one.segment_id, label: one.name, detail, isArchived: one.archived_at !== null };
  });
  return { options, isLoading: segments.isPending && reads, isNone: segments.data?.length === 0 };
}

interface Option {
  value: number;
  label: string;
  detail: string;
  isArchived: boolean;
}

const OptionRow = ({ label, detail }: Pick<Option, 'label' | 'detail'>) => (
  <Flex justify="space-between" gap={12}>
    <span className="cp-option-name">{label}</span>
    <small className="num">{detail}</small>
  </Flex>
);

function Holdout({ draft, onChange, few }: Pick<AudienceStepProps, 'draft' | 'onChange'> & { few: string }) {
  const w = useWords(words);
  const percent = draft.holdout_basis_points / BASIS_POINTS;
  const set = (value: number | null) =>
    onChange({ holdout_basis_points: Math.round((value ?? 0) * BASIS_POINTS) });
  const label = (
    <Definition of={{ definition: w.holdoutMeaning, unit: w.holdoutUnit }}>{w.holdout}</Definition>
  );
  return (
    <Field label={label} help={w.holdoutWhy}>
      <Flex gap={16} align="center">
        <Slider
          value={percent}
          max={HOLDOUT_MAX}
          onChange={set}
          className="cp-holdout-slider"
          tooltip={{ open: false }}
          ariaLabelForHandle={w.holdout}
        />
        <InputNumber<number>
          aria-label={w.holdout}
          value={percent}
          min={0}
          max={90}
          precision={1}
          suffix={w.holdoutUnit}
          onChange={set}
          className="cp-field-number"
        />
      </Flex>
      {percent === 0 ? <Alert type="warning" showIcon title={w.holdoutNone} /> : null}
      {few ? <Alert type="warning" showIcon title={few} /> : null}
    </Field>
  );
}

export function AudienceStep({ draft, isNew, onChange, onDone, check }: AudienceStepProps) {
  const w = useWords(words);
  const c = useWords(common);
  const language = useLanguage();
  const edits = useCan('segments.edit');
  const { options, isLoading, isNone } = useSegmentOptions();
  const usable = options.filter((one) => !one.isArchived || one.value === draft.segment_id);
  const headcount = check?.data?.headcount;
  const isFew = headcount && draft.holdout_basis_points > 0 && headcount.holdout < HOLDOUT_FEW;
  const picker = {
    options: usable,
    loading: isLoading,
    optionRender: ({ data }: { data: Option }) => <OptionRow {...data} />,
    showSearch: { optionFilterProp: 'label' },
    className: 'cp-field-wide',
  };
  return (
    <div className="cp-step-grid">
      <div className="cp-fields">
        <KindField kind={draft.kind} {...(isNew ? { onChange: (kind) => onChange({ kind }) } : {})} />
        <Field label={w.name} help={w.nameHelp} htmlFor="campaign-name">
          <Input
            id="campaign-name"
            value={draft.name}
            maxLength={100}
            className="cp-field-wide"
            onChange={(event) => onChange({ name: event.target.value })}
            onBlur={onDone}
            onPressEnter={onDone}
          />
        </Field>
        <Field
          label={w.segment}
          htmlFor="campaign-segment"
          help={isNone ? w.segmentNone : w.segmentHelp}
          extra={edits ? <Link to="/segments/new">{w.segmentNew}</Link> : null}
        >
          <Select<number | null, Option>
            {...picker}
            id="campaign-segment"
            value={draft.segment_id}
            placeholder={w.segmentPick}
            onChange={(value) => onChange({ segment_id: value })}
            onBlur={onDone}
          />
        </Field>
        <Field label={w.excluded} help={w.excludedHelp} htmlFor="campaign-excluded">
          <Select<number[], Option>
            {...picker}
            id="campaign-excluded"
            mode="multiple"
            allowClear
            options={usable.filter(({ value }) => value !== draft.segment_id)}
            value={draft.excluded_segment_ids}
            placeholder={w.excludedPick}
            onChange={(value) => onChange({ excluded_segment_ids: value })}
          />
        </Field>
        {isRequest(draft) ? null : (
          <Holdout
            draft={draft}
            onChange={onChange}
            few={isFew ? w.holdoutFew(numText(headcount.holdout, language)) : ''}
          />
        )}
      </div>
      <section className="cp-step-aside" aria-live="polite">
        <h2>{w.who}</h2>
        {check && draft.segment_id !== null ? (
          <StateBlock query={check} height={260}>
            {({ headcount: found }) =>
              found ? (
                <>
                  <HeadcountBars headcount={found} period={c.now} />
                  <p className="cp-quiet">{w.reviewAsOf}</p>
                </>
              ) : (
                <p className="cp-quiet">{w.whoWaiting}</p>
              )
            }
          </StateBlock>
        ) : (
          <EmptyBlock text={w.whoEmpty} />
        )}
      </section>
    </div>
  );
}
