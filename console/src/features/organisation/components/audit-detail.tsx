/** One entry of the audit log: who, what, when, from where, and every value before and after. */
import { Button, Descriptions, Drawer, Flex } from 'antd';
import { Link } from 'react-router';
import { CopyText } from '@/ui/copy-text';
import { useWords } from '@/ui/i18n';
import { Time } from '@/ui/time';
import { punctuation } from '@/ui/words';
import { changesOf, leafOf } from '../changes';
import type { AuditLine } from '../queries';
import { actorWords, words } from '../words/audit';
import { actionWords } from '../words/audit-actions';
import { codeWords } from '../words/audit-codes';
import { subjectWords } from '../words/audit-subjects';
import { wordFor } from './role-matrix';
import { pageOf, subjectText } from './subject';
import { usePeople } from './use-people';
import { useSay } from './use-say';

function Changes({ entry }: { entry: AuditLine }) {
  const w = useWords(words);
  const say = useSay();
  const changes = changesOf(entry);
  if (changes.length === 0) return <p className="quiet section-gap">{w.noValues}</p>;
  const both = entry.before !== null && entry.after !== null;
  return (
    <table className="changes section-gap">
      <thead>
        <tr>
          <th scope="col">{w.field}</th>
          {both || entry.after === null ? <th scope="col">{both ? w.before : w.removed}</th> : null}
          {both || entry.before === null ? <th scope="col">{both ? w.after : w.created}</th> : null}
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, before, after }) => (
          <tr key={field} title={leafOf(field)}>
            <td>{say.field(field)}</td>
            {both || entry.after === null ? <td>{say.value(field, before)}</td> : null}
            {both || entry.before === null ? <td>{say.value(field, after)}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface AuditDetailProps {
  entry: AuditLine | undefined;
  onClose: () => void;
  /** Shows all that happened to the same thing. */
  onHistory: (entry: AuditLine) => void;
}

export function AuditDetail({ entry, onClose, onHistory }: AuditDetailProps) {
  const w = useWords(words);
  const actions = useWords(actionWords);
  const subjects = useWords(subjectWords);
  const codes = useWords(codeWords);
  const actors = useWords(actorWords);
  const nameOf = usePeople();
  const { aside } = useWords(punctuation);
  if (!entry) return <Drawer open={false} title={w.detail} />;
  const page = pageOf(entry);
  const subject = subjectText(entry, subjects, codes);
  const facts = [
    { key: 'at', label: w.at, children: <Time at={entry.at} detail="second" /> },
    {
      key: 'who',
      label: w.who,
      children: aside(nameOf(entry.actor_kind, entry.actor_label), wordFor(actors, entry.actor_kind)),
    },
    {
      key: 'subject',
      label: w.subject,
      children: (
        <Flex gap={12} wrap>
          {page ? <Link to={page}>{subject}</Link> : subject}
          <Button type="link" size="small" className="cell-link" onClick={() => onHistory(entry)}>
            {w.history}
          </Button>
        </Flex>
      ),
    },
    {
      key: 'address',
      label: w.address,
      children: entry.address ? <code>{entry.address}</code> : w.fromInside,
    },
    ...(entry.request_id
      ? [{ key: 'request', label: w.request, children: <CopyText text={entry.request_id} /> }]
      : []),
  ];
  return (
    <Drawer open onClose={onClose} size={600} title={wordFor(actions, entry.action)}>
      <Descriptions column={1} size="small" items={facts} />
      <Changes entry={entry} />
    </Drawer>
  );
}
