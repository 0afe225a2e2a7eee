/** The tags that a customer wears, given and taken here; and the last changes. */
import { CloseOutlined } from '@ant-design/icons';
import { App, Button, Card, Select } from 'antd';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { useBrand, useCan } from '@/ui/session';
import { StateBlock, useProblemText } from '@/ui/state-block';
import { ColorTag, type TagColor } from '@/ui/tags';
import { useTagActions, useTags, useWornTags, type WornTag } from '../by-hand-queries';
import { words } from '../words/tags';

const CHANGES_SHOWN = 5;
type Source = 'hand' | 'rule' | 'import';

function Worn({ tag, onRemove }: { tag: WornTag; onRemove: (() => void) | undefined }) {
  const w = useWords(words);
  const zone = useBrand().time_zone;
  const source = w[tag.source as Source] ?? tag.source;
  return (
    <li title={w.addedBy(source, tag.tagged_by, timeText(tag.tagged_at, zone))}>
      <ColorTag color={tag.colour as TagColor}>
        {tag.group_name} · {tag.name}
        {onRemove ? (
          <Button
            type="text"
            size="small"
            className="tag-remove"
            icon={<CloseOutlined />}
            aria-label={w.remove(tag.name)}
            onClick={onRemove}
          />
        ) : null}
      </ColorTag>
    </li>
  );
}

/** The tags that can be given still, by group. */
function useChoices(worn: WornTag[]) {
  const tags = useTags().data;
  const has = new Set(worn.map(({ tag_id }) => tag_id));
  return (tags?.groups ?? [])
    .map((group) => ({
      label: group.name,
      options: (tags?.tags ?? [])
        .filter(({ tag_group_id, tag_id }) => tag_group_id === group.tag_group_id && !has.has(tag_id))
        .map(({ tag_id, name }) => ({ value: tag_id, label: name })),
    }))
    .filter(({ options }) => options.length > 0);
}

export function TagsCard({ customerId }: { customerId: number }) {
  const w = useWords(words);
  const zone = useBrand().time_zone;
  const edits = useCan('customers.edit');
  const query = useWornTags(customerId);
  const { tag } = useTagActions();
  const { message } = App.useApp();
  const textOf = useProblemText();
  const choices = useChoices(query.data?.worn ?? []);
  const act = (add: number[], remove: number[]) =>
    void tag(customerId, add, remove).catch((error: unknown) => message.error(textOf(error)));
  return (
    <Card title={w.tags}>
      <StateBlock query={query} height={60}>
        {({ worn, changes }) => (
          <>
            {worn.length === 0 ? <p className="quiet">{w.tagsEmpty}</p> : null}
            <ul className="worn-tags" aria-label={w.tags}>
              {worn.map((one) => (
                <Worn key={one.tag_id} tag={one} onRemove={edits ? () => act([], [one.tag_id]) : undefined} />
              ))}
            </ul>
            {edits && choices.length > 0 ? (
              <Select<number | null>
                showSearch={{ optionFilterProp: 'label' }}
                aria-label={w.add}
                placeholder={w.add}
                value={null}
                options={choices}
                onChange={(tagId) => tagId && act([tagId], [])}
                style={{ width: 200 }}
              />
            ) : null}
            {changes.length > 0 ? (
              <>
                <h3 className="card-part">{w.history(Math.min(changes.length, CHANGES_SHOWN))}</h3>
                <ul className="tag-changes">
                  {changes.slice(0, CHANGES_SHOWN).map((one) => (
                    <li key={`${one.at}/${one.tag_id}/${one.added}`} className="tag-change">
                      {one.added ? w.given(one.name) : w.taken(one.name)}
                      <small>
                        {w.addedBy(
                          w[one.source as Source] ?? one.source,
                          one.changed_by,
                          timeText(one.at, zone),
                        )}
                      </small>
                    </li>
                  ))}
                </ul>
              </>
            ) : null}
          </>
        )}
      </StateBlock>
    </Card>
  );
}
