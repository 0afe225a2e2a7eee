/** Search and filters above the list; what came from a click on the home page is shown and can be taken away. */
import { CloseOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { AsOfPicker } from '@/ui/as-of-picker';
import { useLanguage, useWords } from '@/ui/i18n';
import { SearchBox } from '@/ui/search-box';
import { useCan } from '@/ui/session';
import { STAGES } from '@/ui/tags';
import { said } from '@/ui/trait-value';
import type { TableState } from '@/ui/use-table-state';
import { stageWords } from '@/ui/words';
import { useTags } from '../by-hand-queries';
import { useSegments, useTraits } from '../queries';
import { words } from '../words/list';
import { words as tagWords } from '../words/tags';

export function ListFilters({ state }: { state: TableState }) {
  const w = useWords(words);
  const stages = useWords(stageWords);
  const language = useLanguage();
  const seesSegments = useCan('segments.read');
  const segments = useSegments(seesSegments);
  const traits = useTraits(seesSegments);
  const t = useWords(tagWords);
  const tags = useTags().data?.tags ?? [];
  const classes = traits.data?.find(({ name }) => name === 'rfm_class')?.choices ?? {};
  const one = (name: string) => state.filters[name]?.[0];
  const set = (name: string) => (value: string | undefined) => state.setFilter(name, value ? [value] : []);
  const scores = (['rfm_r', 'rfm_f'] as const).filter((name) => one(name));
  return (
    <>
      <SearchBox value={one('q') ?? ''} placeholder={w.search} onSearch={set('q')} width={230} />
      <Select
        mode="multiple"
        maxTagCount={1}
        allowClear
        aria-label={w.stage}
        placeholder={w.stage}
        value={state.filters.stage ?? []}
        onChange={(values: string[]) => state.setFilter('stage', values)}
        options={STAGES.map((value) => ({ value, label: stages[value] }))}
        style={{ minWidth: 140 }}
      />
      <Select
        mode="multiple"
        maxTagCount={1}
        allowClear
        aria-label={w.rfmClass}
        placeholder={w.rfmClass}
        value={state.filters.rfm_class ?? []}
        onChange={(values: string[]) => state.setFilter('rfm_class', values)}
        options={Object.entries(classes).map(([value, name]) => ({ value, label: said(name)[language] }))}
        popupMatchSelectWidth={false}
        style={{ minWidth: 150 }}
      />
      <Select
        allowClear
        aria-label={w.member}
        placeholder={w.member}
        value={one('member')}
        onChange={set('member')}
        options={[
          { value: 'true', label: w.memberYes },
          { value: 'false', label: w.memberNo },
        ]}
        style={{ width: 120 }}
      />
      {seesSegments ? (
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={w.segment}
          placeholder={w.segment}
          value={one('segment_id')}
          onChange={set('segment_id')}
          options={(segments.data ?? []).map(({ segment_id, name }) => ({
            value: String(segment_id),
            label: name,
          }))}
          popupMatchSelectWidth={false}
          style={{ width: 150 }}
        />
      ) : null}
      {tags.length > 0 ? (
        <Select
          mode="multiple"
          maxTagCount={1}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t.filter}
          placeholder={t.filter}
          value={state.filters.tag_id ?? []}
          onChange={(values: string[]) => state.setFilter('tag_id', values)}
          options={tags.map((tag) => ({
            value: String(tag.tag_id),
            label: `${tag.group_name} · ${tag.name}`,
          }))}
          popupMatchSelectWidth={false}
          style={{ minWidth: 120 }}
        />
      ) : null}
      <AsOfPicker value={one('as_of') ?? ''} onChange={set('as_of')} />
      {scores.map((name) => (
        <Button
          key={name}
          size="small"
          icon={<CloseOutlined />}
          iconPlacement="end"
          onClick={() => state.setFilter(name, [])}
        >
          {w.score(name === 'rfm_r' ? 'R' : 'F', Number(one(name)))}
        </Button>
      ))}
      {state.filtered ? (
        <Button type="link" size="small" onClick={state.clearFilters}>
          {w.clear}
        </Button>
      ) : null}
    </>
  );
}
