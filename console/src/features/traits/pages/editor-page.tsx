/** The editor of a trait of the brand's own: a definition beside what real customers get. */
import { Alert, App, Button, Card, Form, Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { AsOfPicker } from '@/ui/as-of-picker';
import { DataAsOf } from '@/ui/data-as-of';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { said } from '@/ui/trait-value';
import { useUrlState } from '@/ui/use-url-state';
import '../traits.css';
import { AggregateFields } from '../components/aggregate-fields';
import { FormulaField } from '../components/formula-field';
import { NameFields, type Names } from '../components/name-fields';
import { PreviewCard } from '../components/preview-card';
import { suggestedName } from '../draft';
import { editorWords } from '../editor-words';
import {
  type Fact,
  type OwnTrait,
  type Trait,
  useFacts,
  useOwnTraits,
  usePreview,
  useTraitActions,
  useTraits,
} from '../queries';
import { useRefusal } from '../use-refusal';
import { type Drafting, useTraitDraft } from '../use-trait-draft';
import { words } from '../words';

type Kind = 'aggregate' | 'formula';

interface EditorProps {
  /** The trait that is changed; nothing for a new one. */
  own: OwnTrait | undefined;
  traits: Trait[];
  facts: Fact[];
}

const namesOf = (own: OwnTrait | undefined): Names => ({
  zh: own?.label.zh ?? '',
  en: own && own.label.en !== own.label.zh ? own.label.en : '',
  code: own?.name,
});

/** Saves what stands in the form; a refusal is kept until something changes. */
function useSaving(own: OwnTrait | undefined, { read }: Drafting, names: Names, code: string) {
  const w = useWords(editorWords);
  const navigate = useNavigate();
  const { message } = App.useApp();
  const actions = useTraitActions();
  const [refused, setRefused] = useState<{ error: unknown; about: string }>();
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const about = JSON.stringify([read.definition, names, code]);
  const save = async () => {
    const zh = names.zh.trim();
    setAsked(true);
    if (!zh || !read.definition) return;
    const label = { zh, en: names.en.trim() || zh };
    setBusy(true);
    try {
      if (own) await actions.change(own.name, own.version, label, read.definition);
      else await actions.define(code, label, read.definition);
      message.success(w.saved);
      await navigate(`/traits/${own?.name ?? code}`);
    } catch (error) {
      setRefused({ error, about });
    } finally {
      setBusy(false);
    }
  };
  return { save, busy, asked, error: refused?.about === about ? refused.error : undefined };
}

function Editor({ own, traits, facts }: EditorProps) {
  const w = useWords(editorWords);
  const language = useLanguage();
  const [{ as_of: asOf }, change] = useUrlState({ as_of: '' });
  const drafting = useTraitDraft(own?.definition, traits);
  const { draft, setDraft, read, settled } = drafting;
  const [names, setNames] = useState(() => namesOf(own));
  const taken = useMemo(() => new Set(traits.map(({ name }) => name)), [traits]);
  const suggested = suggestedName(draft, taken);
  const saving = useSaving(own, drafting, names, names.code ?? suggested);
  const preview = usePreview(own?.name, settled, asOf);
  const current = JSON.stringify(settled) === JSON.stringify(read.definition);
  const tried = settled && current ? preview.error : null;
  const refusal = useRefusal(saving.error ?? tried, read);
  const found = settled && !preview.error ? preview.data : undefined;
  const pause = tried ? 'stopped' : read.definition ? 'counting' : 'waiting';
  return (
    <div className="traits-page">
      <DataAsOf at={found?.as_of} />
      <PageHead
        title={own ? said(own.label)[language] : w.newTitle}
        desc={own ? w.editDesc(own.version) : w.newDesc}
        extra={
          <>
            <AsOfPicker value={asOf} onChange={(day) => change({ as_of: day })} />
            <Link to={own ? `/traits/${own.name}` : '/traits'}>
              <Button>{w.leave}</Button>
            </Link>
            <Button
              type="primary"
              loading={saving.busy}
              disabled={!read.definition || Boolean(tried)}
              onClick={() => void saving.save()}
            >
              {w.save}
            </Button>
          </>
        }
      />
      {refusal.other ? (
        <Alert type="error" showIcon role="alert" title={w.refused} description={refusal.other} />
      ) : null}
      <div className="trait-columns">
        <Form layout="vertical" requiredMark={false} component="div" className="trait-form trait-stack">
          <Card title={w.naming}>
            <NameFields
              names={names}
              onChange={setNames}
              suggested={suggested}
              fixed={own?.name}
              wrong={refusal.wrong.name}
              asked={saving.asked}
            />
          </Card>
          <Card
            title={w.definition}
            extra={
              <Segmented<Kind>
                value={draft.kind}
                onChange={(kind) => setDraft({ ...draft, kind })}
                options={[
                  { value: 'aggregate', label: w.aggregate },
                  { value: 'formula', label: w.formula },
                ]}
              />
            }
          >
            {draft.kind === 'formula' ? (
              <FormulaField
                text={draft.formula}
                onChange={(formula) => setDraft({ ...draft, formula })}
                read={read.formula}
                traits={traits}
                wrong={refusal.wrong.formula ?? ''}
                place={refusal.place}
                self={own?.name}
              />
            ) : (
              <AggregateFields
                draft={draft}
                onChange={setDraft}
                facts={facts}
                faults={refusal.faults}
                wrong={refusal.wrong}
              />
            )}
          </Card>
        </Form>
        <PreviewCard
          title={w.preview}
          found={found}
          stale={preview.isFetching || preview.isPlaceholderData || !current}
          pause={pause}
          saying
        />
      </div>
    </div>
  );
}

function Loaded({ name }: { name: string | undefined }) {
  const w = useWords(words);
  const traits = useTraits();
  const facts = useFacts();
  const owned = useOwnTraits();
  return (
    <StateBlock query={traits} height={400}>
      {(listed) => (
        <StateBlock query={facts} height={400}>
          {(offered) => (
            <StateBlock query={owned} height={400}>
              {(own) => {
                const found = own.find((one) => one.name === name);
                if (name && !found)
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
                const key = found ? `${found.name}/${found.version}` : 'new';
                return <Editor key={key} own={found} traits={listed} facts={offered} />;
              }}
            </StateBlock>
          )}
        </StateBlock>
      )}
    </StateBlock>
  );
}

export const NewTraitPage = () => <Loaded name={undefined} />;

export function EditTraitPage() {
  const { traitName } = useParams();
  return <Loaded name={traitName} />;
}
