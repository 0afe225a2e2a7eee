/** The brand: name, zone, margin, control group, approval. */
import { Alert, App, Card, Checkbox, Form, Input, InputNumber, Select, Switch } from 'antd';
import { useState } from 'react';
import { Definition } from '@/ui/definition';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { roleWords } from '@/ui/role-words';
import { useCan } from '@/ui/session';
import { SettingFoot, SettingSection } from '@/ui/settings';
import { StateBlock } from '@/ui/state-block';
import { useSubmit } from '@/ui/use-submit';
import '../organisation.css';
import { SignOnCard } from '../components/sign-on-card';
import { ROLES } from '../components/user-form';
import { type Brand, type Role, useBrandChange, useBrandSettings } from '../queries';
import { words } from '../words/brand';
import { currencyName, zoneOptions } from '../zones';

interface Values {
  name: string;
  time_zone: string;
  language: 'zh-CN' | 'en';
  margin: number;
  holdout: number;
  needs_approval: boolean;
  second_factor_roles: Role[];
}

const LANGUAGES = [
  { value: 'zh-CN', label: '简体中文' },
  { value: 'en', label: 'English' },
];
const WHOLE_PERCENT = 100;

const valuesOf = (brand: Brand): Values => ({
  name: brand.name,
  time_zone: brand.time_zone,
  language: brand.language === 'en' ? 'en' : 'zh-CN',
  margin: brand.margin_basis_points / WHOLE_PERCENT,
  holdout: brand.default_holdout_basis_points / WHOLE_PERCENT,
  needs_approval: brand.needs_approval,
  second_factor_roles: brand.second_factor_roles,
});

function Share({ name, label, meaning }: { name: 'margin' | 'holdout'; label: string; meaning: string }) {
  const w = useWords(words);
  return (
    <Form.Item<Values>
      name={name}
      label={<Definition of={{ unit: w.shareUnit, definition: meaning }}>{label}</Definition>}
      rules={[{ required: true, type: 'number', min: 0, max: 100, message: w.shareNeeded }]}
    >
      <InputNumber<number> min={0} max={100} step={1} precision={2} suffix="%" className="field-short" />
    </Form.Item>
  );
}

function BrandForm({ brand }: { brand: Brand }) {
  const w = useWords(words);
  const names = useWords(roleWords);
  const language = useLanguage();
  const editable = useCan('settings.edit');
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [touched, setTouched] = useState(false);
  const change = useBrandChange();
  const { submit, busy, refusal } = useSubmit(form);

  const save = async ({ margin, holdout, ...rest }: Values) => {
    const body = {
      ...rest,
      margin_basis_points: Math.round(margin * WHOLE_PERCENT),
      default_holdout_basis_points: Math.round(holdout * WHOLE_PERCENT),
    };
    if (!(await submit(() => change.mutateAsync(body)))) return;
    setTouched(false);
    message.success(w.saved);
  };
  const discard = () => {
    form.setFieldsValue(valuesOf(brand));
    setTouched(false);
  };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={!editable}
      initialValues={valuesOf(brand)}
      onValuesChange={() => setTouched(true)}
      onFinish={(values) => void save(values)}
    >
      <Card styles={{ body: { padding: 0 } }}>
        {editable ? null : <Alert banner type="info" title={w.readOnly} />}
        {refusal ? <Alert banner type="error" role="alert" title={refusal} /> : null}
        <SettingSection title={w.basics} help={w.basicsHelp}>
          <Form.Item<Values>
            name="name"
            label={w.name}
            rules={[{ required: true, whitespace: true, message: w.nameNeeded }]}
          >
            <Input maxLength={100} className="field" />
          </Form.Item>
          <Form.Item<Values> name="time_zone" label={w.zone} extra={w.zoneHelp}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              options={zoneOptions(language)}
              className="field"
            />
          </Form.Item>
          <Form.Item<Values> name="language" label={w.language} extra={w.languageHelp}>
            <Select options={LANGUAGES} className="field-short" />
          </Form.Item>
          <dl className="facts">
            <dt>{w.code}</dt>
            <dd>
              <code>{brand.code}</code> <small>{w.codeHelp}</small>
            </dd>
            <dt>{w.currency}</dt>
            <dd>
              {currencyName(brand.currency, language)} <small>{w.currencyHelp}</small>
            </dd>
          </dl>
        </SettingSection>
        <SettingSection title={w.figures} help={w.figuresHelp}>
          <Share name="margin" label={w.margin} meaning={w.marginMeaning} />
        </SettingSection>
        <SettingSection title={w.guards} help={w.guardsHelp}>
          <Share name="holdout" label={w.holdout} meaning={w.holdoutMeaning} />
          <Form.Item<Values>
            name="needs_approval"
            label={w.approval}
            extra={w.approvalHelp}
            valuePropName="checked"
          >
            <Switch />
          </Form.Item>
        </SettingSection>
        <SettingSection title={w.access} help={w.accessHelp}>
          <Form.Item<Values> name="second_factor_roles" label={w.secondFactor} extra={w.secondFactorHelp}>
            <Checkbox.Group
              options={ROLES.map((value) => ({ value, label: names[value] }))}
              className="role-row"
            />
          </Form.Item>
        </SettingSection>
        {editable ? <SettingFoot touched={touched} busy={busy} onDiscard={discard} /> : null}
      </Card>
    </Form>
  );
}

export function BrandPage() {
  const w = useWords(words);
  const query = useBrandSettings();
  return (
    <>
      <PageHead title={w.title} desc={w.desc} />
      <StateBlock query={query} height={520}>
        {(brand) => <BrandForm brand={brand} />}
      </StateBlock>
      <SignOnCard />
    </>
  );
}
