/** Nested and/or conditions over named fields, drawn with React Query Builder in our own quiet look. */
import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { QueryBuilderAntD } from '@react-querybuilder/antd';
import { Button, Checkbox } from 'antd';
import { type ComponentType, useMemo } from 'react';
import {
  type ActionProps,
  type Field,
  type FullOperator,
  type NotToggleProps,
  type OptionGroup,
  QueryBuilder,
  type RuleGroupType,
  type Translations,
  type ValueEditorProps,
} from 'react-querybuilder';
import { useWords } from './i18n';
import { words } from './words';
import 'react-querybuilder/dist/query-builder-layout.css';
import './condition-builder.css';

export type {
  Field as ConditionField,
  FullOperator as ConditionOperator,
  OptionGroup as ConditionGroup,
  RuleGroupType as Conditions,
  RuleType as Condition,
  ValueEditorProps as ConditionValueProps,
} from 'react-querybuilder';

const NO_FAULTS: ReadonlySet<string> = new Set();

interface ConditionBuilderProps {
  fields: Field[] | OptionGroup<Field>[];
  /** The operators of each field, by the field's name. Constant outside the render. */
  operatorsOf: (field: string) => FullOperator[];
  /** What a new condition asks about; the first field without it. */
  defaultField?: string;
  value: RuleGroupType;
  onChange: (value: RuleGroupType) => void;
  disabled?: boolean;
  /** What a value is entered with. Constant outside the render. */
  valueEditor?: ComponentType<ValueEditorProps>;
  /** The ids of conditions and groups that are refused; they are framed. */
  faults?: ReadonlySet<string>;
}

/** The antd pack paints every action as a primary button; these keep one visual weight. */
function AddAction({ handleOnClick, label, disabled, className }: ActionProps) {
  return (
    <Button
      type="link"
      size="small"
      icon={<PlusOutlined />}
      className={className}
      disabled={disabled ?? false}
      onClick={(event) => handleOnClick(event)}
    >
      {label}
    </Button>
  );
}

function RemoveAction({ handleOnClick, title, disabled, className }: ActionProps) {
  return (
    <Button
      type="text"
      size="small"
      icon={<CloseOutlined />}
      title={title ?? ''}
      aria-label={title}
      className={className}
      disabled={disabled ?? false}
      onClick={(event) => handleOnClick(event)}
    />
  );
}

/** "Not" as a word beside a box: an unlabelled switch says nothing. */
function NotAction({ checked, handleOnChange, label, disabled, className }: NotToggleProps) {
  return (
    <Checkbox
      className={className ?? ''}
      checked={checked ?? false}
      disabled={disabled ?? false}
      onChange={(event) => handleOnChange(event.target.checked)}
    >
      {label}
    </Checkbox>
  );
}

const controlElements = {
  notToggle: NotAction,
  addRuleAction: AddAction,
  addGroupAction: AddAction,
  removeRuleAction: RemoveAction,
  removeGroupAction: RemoveAction,
};
const controlClassnames = { queryBuilder: 'conditions' };

function useTranslations(): Partial<Translations> {
  const w = useWords(words);
  return useMemo(
    () => ({
      fields: { title: w.field },
      operators: { title: w.operator },
      value: { title: w.value },
      addRule: { label: w.addCondition, title: w.addCondition },
      addGroup: { label: w.addGroup, title: w.addGroup },
      removeRule: { label: '✕', title: w.removeCondition },
      removeGroup: { label: '✕', title: w.removeGroup },
      combinators: { title: w.combinator },
      notToggle: { label: w.negate, title: w.negate },
    }),
    [w],
  );
}

export function ConditionBuilder(props: ConditionBuilderProps) {
  const {
    fields,
    operatorsOf,
    defaultField,
    value,
    onChange,
    disabled,
    valueEditor,
    faults = NO_FAULTS,
  } = props;
  const w = useWords(words);
  const translations = useTranslations();
  const combinators = useMemo(
    () => [
      { name: 'and', label: w.and },
      { name: 'or', label: w.or },
    ],
    [w],
  );
  const elements = useMemo(
    () => (valueEditor ? { ...controlElements, valueEditor } : controlElements),
    [valueEditor],
  );
  const frame = ({ id }: { id?: string }) => (id && faults.has(id) ? 'faulty' : '');
  return (
    <QueryBuilderAntD>
      <QueryBuilder
        fields={fields}
        {...(defaultField ? { getDefaultField: defaultField } : {})}
        query={value}
        onQueryChange={onChange}
        translations={translations}
        getOperators={operatorsOf}
        controlElements={elements}
        controlClassnames={controlClassnames}
        combinators={combinators}
        getRuleClassname={frame}
        getRuleGroupClassname={frame}
        parseNumbers
        showNotToggle
        showCombinatorsBetweenRules={false}
        disabled={disabled ?? false}
      />
    </QueryBuilderAntD>
  );
}
