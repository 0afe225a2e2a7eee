/** One group of tags: its tags with how many wear each, added, renamed and archived here. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Card } from 'antd';
import { useState } from 'react';
import { ConfirmButton } from '@/ui/confirm-button';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { ColorTag, type TagColor } from '@/ui/tags';
import { type TagGroup, type TagInfo, useTagActions } from '../by-hand-queries';
import { words } from '../words/tags';
import { NameModal } from './name-modal';

interface TagGroupCardProps {
  group: TagGroup;
  tags: TagInfo[];
  editable: boolean;
}
type Asking = { kind: 'tag' } | { kind: 'group' } | { kind: 'rename'; tag: TagInfo };

export function TagGroupCard({ group, tags, editable }: TagGroupCardProps) {
  const w = useWords(words);
  const language = useLanguage();
  const { addTag, changeGroup, changeTag } = useTagActions();
  const [asking, setAsking] = useState<Asking>();
  const colour = group.colour as TagColor;
  const close = () => setAsking(undefined);
  return (
    <Card
      size="small"
      title={
        <>
          <span className="own-words">{group.name}</span>{' '}
          {group.exclusive ? <ColorTag color="grey">{w.exclusive}</ColorTag> : null}
        </>
      }
      extra={
        editable ? (
          <>
            <Button size="small" icon={<PlusOutlined />} onClick={() => setAsking({ kind: 'tag' })}>
              {w.newTag}
            </Button>{' '}
            <Button size="small" type="link" onClick={() => setAsking({ kind: 'group' })}>
              {w.rename}
            </Button>
            <ConfirmButton
              size="small"
              type="link"
              danger
              question={w.archiveGroup(group.name)}
              detail={w.archiveTagDetail}
              onConfirm={() => changeGroup(group.tag_group_id, { archived: true })}
            >
              {w.archive}
            </ConfirmButton>
          </>
        ) : null
      }
    >
      {tags.length === 0 ? <p className="quiet">{w.groupEmpty}</p> : null}
      {tags.map((tag) => (
        <div key={tag.tag_id} className="tag-row">
          <ColorTag color={colour}>{tag.name}</ColorTag>
          <small>{w.customers(numText(tag.customers, language))}</small>
          {editable ? (
            <>
              <Button size="small" type="link" onClick={() => setAsking({ kind: 'rename', tag })}>
                {w.rename}
              </Button>
              <ConfirmButton
                size="small"
                type="link"
                danger
                question={w.archiveTag(tag.name)}
                detail={w.archiveTagDetail}
                onConfirm={() => changeTag(tag.tag_id, { archived: true })}
              >
                {w.archive}
              </ConfirmButton>
            </>
          ) : null}
        </div>
      ))}
      {asking?.kind === 'tag' ? (
        <NameModal
          title={w.newTag}
          okText={w.newTagOk}
          label={w.tagName}
          onSave={({ name }) => addTag({ tag_group_id: group.tag_group_id, name })}
          onClose={close}
        />
      ) : null}
      {asking?.kind === 'rename' ? (
        <NameModal
          title={w.rename}
          okText={w.renameOk}
          label={w.tagName}
          initial={{ name: asking.tag.name }}
          onSave={({ name }) => changeTag(asking.tag.tag_id, { name })}
          onClose={close}
        />
      ) : null}
      {asking?.kind === 'group' ? (
        <NameModal
          title={w.rename}
          okText={w.renameOk}
          label={w.groupName}
          group="edit"
          initial={{ name: group.name, colour }}
          onSave={({ name, colour: chosen }) => changeGroup(group.tag_group_id, { name, colour: chosen })}
          onClose={close}
        />
      ) : null}
    </Card>
  );
}
