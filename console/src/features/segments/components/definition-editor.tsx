/** The conditions of a segment, in the builder or as JSON; a refusal is shown at the condition it names. */
import { Alert, Button, Card, Flex, Input, Segmented } from 'antd';
import { useMemo } from 'react';
import {
  ConditionBuilder,
  type ConditionField,
  type ConditionGroup,
  type ConditionOperator,
} from '@/ui/condition-builder';
import { operatorsFor } from '@/ui/condition-operators';
import { useLanguage, useWords } from '@/ui/i18n';
import { operatorWords } from '@/ui/operator-words';
import { StateBlock, useProblemText } from '@/ui/state-block';
import { grouped, traitGroupWords } from '@/ui/trait-groups';
import { said, type Trait } from '@/ui/trait-value';
import { faultyPart } from '../definition';
import { eventWords } from '../event-words';
import { EVENT, EVENT_OPERATORS, FIRST_TIME, SEQUENCE } from '../events';
import { useOperators, useTemplates, useTraits } from '../queries';
import { SEGMENT, SHARE, SPECIAL_OPERATORS, TOP } from '../special';
import type { Draft, View } from '../use-draft';
import { STARTS, words } from '../words';
import { ValueEditor } from './value-editor';

function useFields(traits: Trait[] | undefined): ConditionGroup<ConditionField>[] {
  const language = useLanguage();
  const groups = useWords(traitGroupWords);
  const w = useWords(words);
  const e = useWords(eventWords);
  return useMemo(
    () => [
      {
        label: e.group,
        options: ([EVENT, SEQUENCE, FIRST_TIME] as const).map((name) => ({ name, label: e[name] })),
      },
      {
        label: w.special,
        options: [
          { name: SEGMENT, label: w.otherSegment },
          { name: SHARE, label: w.randomShare },
          { name: TOP, label: w.ranking },
        ],
      },
      ...grouped(traits ?? []).map(({ group, traits: members }) => ({
        label: groups[group],
        options: members.map((trait) => ({ name: trait.name, label: said(trait.label)[language], trait })),
      })),
    ],
    [traits, groups, language, w, e],
  );
}

function useOperatorsOf(traits: Trait[] | undefined): ((field: string) => ConditionOperator[]) | undefined {
  const names: Record<string, string> = useWords(operatorWords);
  const w = useWords(words);
  const e = useWords(eventWords);
  const { data: operators } = useOperators();
  return useMemo(() => {
    if (!traits || !operators) return undefined;
    const types = new Map(traits.map(({ name, type }) => [name, type]));
    return (field) => {
      if (field in SPECIAL_OPERATORS)
        return SPECIAL_OPERATORS[field as keyof typeof SPECIAL_OPERATORS].map((name) => ({
          name,
          value: name,
          label: w[name],
        }));
      if (field in EVENT_OPERATORS)
        return EVENT_OPERATORS[field as keyof typeof EVENT_OPERATORS].map((name) => ({
          name,
          value: name,
          label: e[name],
        }));
      return operatorsFor(operators, types.get(field), names);
    };
  }, [traits, operators, names, w, e]);
}

function Starts({ draft }: { draft: Draft }) {
  const w = useWords(words);
  const language = useLanguage();
  const templates = useTemplates().data ?? [];
  return (
    <div className="segment-starts">
      <p>{w.everybody}</p>
      <Flex gap={8} wrap align="center">
        <span className="quiet">{w.startFrom}</span>
        {STARTS.map(({ key, definition }) => (
          <Button key={key} size="small" title={w[`${key}Text`]} onClick={() => draft.replace(definition)}>
            {w[key]}
          </Button>
        ))}
        {templates.map(({ name, label, description, definition }) => (
          <Button
            key={name}
            size="small"
            title={said(description)[language]}
            onClick={() => draft.replace(definition)}
          >
            {said(label)[language]}
          </Button>
        ))}
      </Flex>
    </div>
  );
}

interface DefinitionEditorProps {
  draft: Draft;
  /** What the server said of the definition, if it refused it. */
  refusal: unknown;
  disabled: boolean;
}

export function DefinitionEditor({ draft, refusal, disabled }: DefinitionEditorProps) {
  const w = useWords(words);
  const textOf = useProblemText();
  const traits = useTraits();
  const fields = useFields(traits.data);
  const operatorsOf = useOperatorsOf(traits.data);
  const refused = refusal ? textOf(refusal) : '';
  const faulty = refused ? faultyPart(draft.places, refused) : undefined;
  const faults = useMemo(() => new Set(faulty ? [faulty] : []), [faulty]);
  return (
    <Card
      title={w.conditions}
      extra={
        <Segmented<View>
          size="small"
          value={draft.view}
          onChange={(view) => draft.setView(view)}
          options={[
            { value: 'builder', label: w.builder },
            { value: 'json', label: w.json },
          ]}
        />
      }
    >
      {draft.view === 'json' ? (
        <Input.TextArea
          aria-label={w.jsonLabel}
          className="segment-json"
          value={draft.text}
          disabled={disabled}
          autoSize={{ minRows: 10, maxRows: 30 }}
          spellCheck={false}
          status={draft.problem ? 'error' : ''}
          onChange={(event) => draft.setText(event.target.value)}
        />
      ) : (
        <StateBlock query={traits} height={120}>
          {() =>
            operatorsOf ? (
              <ConditionBuilder
                fields={fields}
                operatorsOf={operatorsOf}
                defaultField="stage"
                value={draft.conditions}
                onChange={draft.setConditions}
                valueEditor={ValueEditor}
                faults={faults}
                disabled={disabled}
              />
            ) : null
          }
        </StateBlock>
      )}
      {draft.view === 'builder' && draft.isEmpty && !disabled ? <Starts draft={draft} /> : null}
      {draft.problem ? <Alert type="warning" showIcon title={w[draft.problem]} /> : null}
      {draft.incomplete > 0 ? <p className="segment-hint">{w.incomplete(draft.incomplete)}</p> : null}
      {refused && !draft.problem && draft.incomplete === 0 ? (
        <Alert type="error" showIcon role="alert" title={w.refused} description={refused} />
      ) : null}
    </Card>
  );
}
