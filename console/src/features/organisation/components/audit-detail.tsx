/** One entry of the audit log: before and after, and where it came from. */
import { Descriptions, Drawer } from 'antd';
import { CopyText } from '@/ui/copy-text';
import { useWords } from '@/ui/i18n';
import { Time } from '@/ui/time';
import { changesOf, valueText } from '../changes';
import type { AuditLine } from '../queries';
import { permissionWords, roleWords } from '../words/access';
import { actionWords, fieldWords, subjectWords, words } from '../words/audit';
import { wordFor } from './role-matrix';

/** Codes inside values that people know by a word: roles and permissions. */
export function useValueText(): (field: string, value: unknown) => string {
  const w = useWords(words);
  const roles = useWords(roleWords);
  const permissions = useWords(permissionWords);
  return (field, value) => {
    const known: Record<string, string> = field === 'roles' ? roles : field === 'scopes' ? permissions : {};
    return valueText(field, value, w, (code) => wordFor(known, code));
  };
}

export function AuditDetail({ entry, onClose }: { entry: AuditLine | undefined; onClose: () => void }) {
  const w = useWords(words);
  const actions = useWords(actionWords);
  const subjects = useWords(subjectWords);
  const fields = useWords(fieldWords);
  const textOf = useValueText();
  const changes = entry ? changesOf(entry) : [];
  return (
    <Drawer
      open={entry !== undefined}
      onClose={onClose}
      size={560}
      title={entry ? wordFor(actions, entry.action) : w.detail}
    >
      {entry ? (
        <>
          <Descriptions
            column={1}
            size="small"
            items={[
              { key: 'at', label: w.at, children: <Time at={entry.at} detail="second" /> },
              {
                key: 'who',
                label: w.who,
                children: `${entry.actor_label} · ${wordFor({ ...w }, entry.actor_kind)}`,
              },
              {
                key: 'subject',
                label: w.subject,
                children: `${wordFor(subjects, entry.subject_type)} ${entry.subject_id}`,
              },
              ...(entry.address
                ? [{ key: 'address', label: w.address, children: <code>{entry.address}</code> }]
                : []),
              ...(entry.request_id
                ? [{ key: 'request', label: w.request, children: <CopyText text={entry.request_id} /> }]
                : []),
            ]}
          />
          {changes.length === 0 ? (
            <p className="quiet section-gap">{w.noValues}</p>
          ) : (
            <table className="changes section-gap">
              <thead>
                <tr>
                  <th>{w.field}</th>
                  <th>{w.before}</th>
                  <th>{w.after}</th>
                </tr>
              </thead>
              <tbody>
                {changes.map(({ field, before, after }) => (
                  <tr key={field}>
                    <td title={field}>{wordFor(fields, field)}</td>
                    <td>{entry.before ? textOf(field, before) : ''}</td>
                    <td>{entry.after ? textOf(field, after) : ''}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </>
      ) : null}
    </Drawer>
  );
}
