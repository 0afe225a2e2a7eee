/** Values are entered as people write them and kept as the server reads them. */
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { show } from '@/test/show';
import type { ConditionValueProps } from './condition-builder';
import { ConditionValue } from './condition-value';
import type { Trait } from './trait-value';

const trait = (type: Trait['type'], unit: string, choices: Trait['choices'] = {}): Trait => ({
  name: 'asked',
  type,
  unit,
  label: { zh: '指标', en: 'Trait' },
  definition: { zh: '定义', en: 'definition' },
  choices,
});

function edit(asked: Trait, operator: string, value: unknown = '') {
  const said: unknown[] = [];
  const props = {
    fieldData: { trait: asked },
    operator,
    value,
    handleOnChange: (next: unknown) => said.push(next),
  };
  show(<ConditionValue {...(props as unknown as ConditionValueProps)} />);
  return said;
}

test('money is entered in yuan and kept in fen', async () => {
  const said = edit(trait('money', 'fen'), '>=');
  await userEvent.type(await screen.findByRole('spinbutton'), '1');
  expect(said.at(-1)).toBe(100);
});

test('money kept in fen is shown in yuan with its unit', async () => {
  edit(trait('money', 'fen'), '>=', 19_950);
  expect(await screen.findByRole('spinbutton')).toHaveValue('199.5');
  expect(screen.getByText('元')).toBeInTheDocument();
});

test('days are asked in days whatever the trait', async () => {
  edit(trait('moment', ''), 'within_days', 30);
  expect(await screen.findByRole('spinbutton')).toHaveValue('30');
  expect(screen.getByText('天')).toBeInTheDocument();
});

test('a range keeps the end that was not touched', async () => {
  const said = edit(trait('integer', 'days'), 'between', [undefined, 90]);
  const [low] = await screen.findAllByRole('spinbutton');
  await userEvent.type(low as HTMLElement, '3');
  expect(said.at(-1)).toEqual([3, 90]);
});

test('a choice is shown by its name', async () => {
  edit(trait('choice', '', { lost: { zh: '流失期', en: 'Lost' } }), 'in', ['lost']);
  expect(await screen.findByText('流失期')).toBeInTheDocument();
});

test('what is asked about being known takes no value', async () => {
  edit(trait('integer', 'orders'), 'is_known', 3);
  expect(screen.queryByRole('spinbutton')).toBeNull();
});
