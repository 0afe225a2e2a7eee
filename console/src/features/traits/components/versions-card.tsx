/** All versions of a trait of the brand's own, in words, with who and when; an earlier one may be taken up again. */
import { App, Card } from 'antd';
import { ConfirmButton } from '@/ui/confirm-button';
import { useLanguage, useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { said } from '@/ui/trait-value';
import { type TraitVersion, useTraitActions, useVersions } from '../queries';
import { words } from '../words';

interface TakeUpProps {
  name: string;
  version: TraitVersion;
  /** The version in use; nothing where the trait is archived. */
  current: number | undefined;
}

function TakeUp({ name, version, current }: TakeUpProps) {
  const w = useWords(words);
  const { message } = App.useApp();
  const actions = useTraitActions();
  const take = async () => {
    const { label, definition } = version;
    if (current === undefined) await actions.define(name, label, definition);
    else await actions.change(name, current, label, definition);
    message.success(w.takenUp);
  };
  return (
    <ConfirmButton
      size="small"
      question={w.takeUpQuestion(version.version)}
      detail={w.takeUpDetail}
      okText={w.takeUp}
      onConfirm={take}
    >
      {w.takeUp}
    </ConfirmButton>
  );
}

function Row({ name, version, current }: TakeUpProps) {
  const w = useWords(words);
  const language = useLanguage();
  const edits = useCan('segments.edit');
  const inUse = version.version === current;
  return (
    <tr>
      <td>
        <span className="num">{version.version}</span>{' '}
        {inUse ? <ToneTag tone="good">{w.current}</ToneTag> : null}
        {version.archived ? <ToneTag tone="neutral">{w.archived}</ToneTag> : null}
      </td>
      <td>
        <b>{said(version.label)[language]}</b>
        <br />
        {version.said ? (
          said(version.said)[language]
        ) : (
          <span className="quiet">{w.cannotRead(version.fault ? said(version.fault)[language] : '')}</span>
        )}
      </td>
      <td>
        <Time at={version.said_at} />
        <br />
        <span className="quiet">{version.said_by}</span>
      </td>
      <td className="num">
        {edits && !inUse && !version.archived && version.said ? (
          <TakeUp name={name} version={version} current={current} />
        ) : null}
      </td>
    </tr>
  );
}

export function VersionsCard({ name, current }: { name: string; current: number | undefined }) {
  const w = useWords(words);
  const query = useVersions(name);
  return (
    <Card
      title={
        <span>
          {w.versions} <small className="unit">{w.versionsDesc}</small>
        </span>
      }
    >
      <StateBlock query={query} height={120}>
        {({ versions }) => (
          <table className="traits" aria-label={w.versions}>
            <thead className="traits-head">
              <tr>
                <th scope="col">{w.version}</th>
                <th scope="col">{w.definition}</th>
                <th scope="col">
                  {w.when} · {w.by}
                </th>
                <th scope="col" aria-label={w.takeUp} />
              </tr>
            </thead>
            <tbody>
              {versions.map((version) => (
                <Row key={version.version} name={name} version={version} current={current} />
              ))}
            </tbody>
          </table>
        )}
      </StateBlock>
    </Card>
  );
}
