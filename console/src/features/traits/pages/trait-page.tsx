/** One trait: its definition and unit, where it comes from, what uses it, its versions and its values now. */
import { Alert, App, Button, Card } from 'antd';
import { Link, useNavigate, useParams } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { DataAsOf } from '@/ui/data-as-of';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { said } from '@/ui/trait-value';
import { useTraitWords } from '@/ui/trait-words';
import '../traits.css';
import { LineageCard } from '../components/lineage-card';
import { PreviewCard } from '../components/preview-card';
import { OriginTag } from '../components/topic-table';
import { VersionsCard } from '../components/versions-card';
import { editorWords } from '../editor-words';
import { NUMBERS } from '../listing';
import {
  type OwnTrait,
  type Trait,
  useOwnTraits,
  usePreview,
  useTraitActions,
  useTraits,
  useVersions,
} from '../queries';
import { topicWords, words } from '../words';

interface Shown {
  name: string;
  /** As lists know it; nothing where it cannot be read any more. */
  trait: Trait | undefined;
  /** As the brand declared it. */
  own: OwnTrait | undefined;
}

function Actions({ name, trait, own }: Shown) {
  const w = useWords(words);
  const language = useLanguage();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const edits = useCan('segments.edit');
  const audits = useCan('audit.read');
  const actions = useTraitActions();
  const archive = async () => {
    await actions.archive(name);
    message.success(w.archivedDone);
    await navigate('/traits');
  };
  const asked = JSON.stringify({ and: [{ trait: name, op: 'is_known' }] });
  return (
    <>
      {own && audits ? (
        <Link to={`/settings/audit?subject=trait&id=${name}`}>
          <Button type="text">{w.auditLink}</Button>
        </Link>
      ) : null}
      {trait ? (
        <Link to={`/segments/new?definition=${encodeURIComponent(asked)}`}>
          <Button>{w.useInSegment}</Button>
        </Link>
      ) : null}
      {own && edits ? (
        <>
          <ConfirmButton
            question={w.archiveQuestion(said(own.label)[language])}
            detail={w.archiveDetail}
            okText={w.archive}
            danger
            onConfirm={archive}
          >
            {w.archive}
          </ConfirmButton>
          <Link to={`/traits/${name}/edit`}>
            <Button type="primary">{w.edit}</Button>
          </Link>
        </>
      ) : null}
    </>
  );
}

function DefinitionCard({ name, trait, own }: Shown) {
  const w = useWords(words);
  const t = useTraitWords();
  const topics = useWords(topicWords);
  const language = useLanguage();
  const text = trait?.definition ?? own?.said;
  return (
    <Card title={w.definition}>
      {text ? <p className="trait-said">{said(text)[language]}</p> : null}
      {own?.fault ? (
        <Alert type="warning" showIcon title={w.broken} description={said(own.fault)[language]} />
      ) : null}
      <dl className="trait-facts">
        {trait ? (
          <>
            <dt>{w.unit}</dt>
            <dd>{t.measureOf(trait)}</dd>
            <dt>{w.topic}</dt>
            <dd>{topics[trait.topic]}</dd>
          </>
        ) : null}
        <dt>{w.code}</dt>
        <dd>
          <code>{name}</code>
        </dd>
        {own ? (
          <>
            <dt>{w.version}</dt>
            <dd className="num">{w.versionText(own.version)}</dd>
          </>
        ) : null}
      </dl>
    </Card>
  );
}

/** The values of a trait that can be tried: one of the brand's own, or a formula that is only this trait. */
function Values({ name, trait, own }: Shown) {
  const w = useWords(words);
  const definition = own?.definition ?? { formula: { trait: name } };
  const query = usePreview(own?.name, definition, '');
  if (!trait) return null;
  return (
    <>
      <DataAsOf at={query.data?.as_of} />
      <PreviewCard
        title={w.valuesNow}
        found={query.data ? { ...query.data, unit: trait.unit, changed: null } : undefined}
        stale={query.isFetching}
        pause={query.error ? 'stopped' : 'counting'}
        saying={false}
      />
    </>
  );
}

function TraitBody(shown: Shown) {
  const { name, trait, own } = shown;
  const language = useLanguage();
  const label = trait?.label ?? own?.label;
  const tried = trait !== undefined && (own !== undefined || NUMBERS.has(trait.type));
  const cards = (
    <div className="trait-stack">
      <DefinitionCard {...shown} />
      <LineageCard name={name} origin={trait?.origin ?? 'own'} definition={own?.definition} />
      {own ? <VersionsCard name={name} current={own.version} /> : null}
    </div>
  );
  return (
    <div className="traits-page">
      <PageHead
        title={label ? said(label)[language] : name}
        tag={<OriginTag origin={trait?.origin ?? 'own'} />}
        extra={<Actions {...shown} />}
      />
      {tried ? (
        <div className="trait-columns">
          {cards}
          <Values {...shown} />
        </div>
      ) : (
        cards
      )}
    </div>
  );
}

/** A trait that is in no list: archived, or never there. */
function Gone({ name }: { name: string }) {
  const w = useWords(words);
  const e = useWords(editorWords);
  const language = useLanguage();
  const query = useVersions(name);
  const newest = query.data?.versions[0];
  if (query.isPending) return <EmptyBlock text={e.counting} />;
  if (!newest)
    return (
      <EmptyBlock
        text={w.noSuch}
        action={
          <Link to="/traits">
            <Button>{w.back}</Button>
          </Link>
        }
      />
    );
  return (
    <div className="traits-page">
      <PageHead title={said(newest.label)[language]} tag={<ToneTag tone="neutral">{w.archived}</ToneTag>} />
      <Alert type="info" showIcon title={w.archivedHint} />
      <VersionsCard name={name} current={undefined} />
    </div>
  );
}

export function TraitPage() {
  const { traitName: name = '' } = useParams();
  const traits = useTraits();
  const owned = useOwnTraits();
  return (
    <StateBlock query={traits} height={320}>
      {(listed) => (
        <StateBlock query={owned} height={320}>
          {(own) => {
            const trait = listed.find((one) => one.name === name);
            const declared = own.find((one) => one.name === name);
            // A brand's trait whose name Siyu took later stands in the list as Siyu's.
            const mine = trait?.origin === 'own' || !trait ? declared : undefined;
            return trait || declared ? (
              <TraitBody key={name} name={name} trait={trait} own={mine} />
            ) : (
              <Gone key={name} name={name} />
            );
          }}
        </StateBlock>
      )}
    </StateBlock>
  );
}
