/** The small pieces keep what they promise. */
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { ApiProblem } from '@/client/problem';
import { show } from '@/test/show';
import { ConditionBuilder, type Conditions } from './condition-builder';
import { ConfirmButton } from './confirm-button';
import { FileDrop } from './file-drop';
import { KpiStrip } from './kpi-strip';
import { Money } from './numbers';
import { StateBlock } from './state-block';
import { StageTag } from './tags';
import { Time } from './time';
import { useUrlState } from './use-url-state';
import { Wizard } from './wizard';

const meaning = { unit: '元', period: '近 30 天', definition: '已付款订单的金额减去退款。' };

test('money takes the currency of the brand and a missing sum is a dash', () => {
  show(
    <>
      <Money fen={123_450} />
      <Money fen={null} />
    </>,
  );
  expect(screen.getByText('¥1,234.50')).toBeInTheDocument();
  expect(screen.getByText('—')).toBeInTheDocument();
});

test('a time is in the zone of the brand', () => {
  show(<Time at="2026-11-21T17:30:00Z" />);
  expect(screen.getByText('2026-11-22 01:30')).toHaveAttribute('datetime', '2026-11-21T17:30:00.000Z');
});

test('a key figure says its definition on focus and judges a change by what is good', async () => {
  const user = userEvent.setup();
  const comparison = { change: -0.124, label: '较上期', good: 'down' as const };
  show(
    <KpiStrip items={[{ key: 'sales', title: '销售额', value: '12', unit: '万元', meaning, comparison }]} />,
  );
  expect(screen.getByText('12.4%')).toHaveClass('good');
  await user.tab();
  expect(await screen.findByText('已付款订单的金额减去退款。')).toBeInTheDocument();
});

test('a state block shows the skeleton, then the refusal, then the content', () => {
  const refetch = () => undefined;
  const error = new ApiProblem({ code: 'forbidden', status: 403 });
  show(
    <>
      <StateBlock query={{ data: undefined, error: null, isPending: true, refetch }}>{() => 'x'}</StateBlock>
      <StateBlock query={{ data: undefined, error, isPending: false, refetch }}>{() => 'x'}</StateBlock>
      <StateBlock query={{ data: 7, error: null, isPending: false, refetch }}>
        {(n) => `seven is ${n}`}
      </StateBlock>
      <StateBlock
        query={{ data: [], error: null, isPending: false, refetch }}
        isEmpty={(list) => list.length === 0}
        empty={{ text: '还没有活动' }}
      >
        {() => 'x'}
      </StateBlock>
    </>,
  );
  expect(screen.getByRole('status', { name: '加载中' })).toBeInTheDocument();
  expect(screen.getByRole('alert')).toHaveTextContent('你的角色没有查看这里的权限');
  expect(screen.getByText('seven is 7')).toBeInTheDocument();
  expect(screen.getByText('还没有活动')).toBeInTheDocument();
});

test('a stage has its name and an unknown one its code', () => {
  show(
    <>
      <StageTag stage="dormant" />
      <StageTag stage="novel" />
    </>,
  );
  expect(screen.getByText('休眠期')).toBeInTheDocument();
  expect(screen.getByText('novel')).toBeInTheDocument();
});

test('a confirm button acts only after the answer and says a refusal', async () => {
  const user = userEvent.setup();
  const stop = vi.fn(() =>
    Promise.reject(new ApiProblem({ code: 'gone', detail: '活动已结束', status: 409 })),
  );
  show(
    <ConfirmButton question="停止活动？" onConfirm={stop} danger>
      停止
    </ConfirmButton>,
  );
  await user.click(screen.getByRole('button', { name: '停止' }));
  expect(stop).not.toHaveBeenCalled();
  await user.click(await screen.findByRole('button', { name: '确定' }));
  expect(await screen.findByText('活动已结束')).toBeInTheDocument();
});

test('a wizard says why one cannot go on', () => {
  const steps = [
    { key: 'file', title: '文件', content: 'choose' },
    { key: 'map', title: '对应', content: 'map' },
  ];
  show(<Wizard steps={steps} current="file" onNext={() => undefined} blocked="请先选择文件" />);
  expect(screen.getByRole('button', { name: '下一步' })).toBeDisabled();
  expect(screen.getByRole('status')).toHaveTextContent('请先选择文件');
});

test('a file that is too large is refused by name', async () => {
  const user = userEvent.setup();
  const take = vi.fn();
  show(<FileDrop onFiles={take} megabytesMax={0.001} accept=".csv" />);
  const input = () => document.querySelector('input[type=file]') as HTMLInputElement;
  await user.upload(input(), new File(['x'.repeat(5_000)], '订单.csv'));
  expect(await screen.findByText(/订单.csv 超过/)).toBeInTheDocument();
  expect(take).not.toHaveBeenCalled();
  await user.upload(input(), new File(['x'], '小.csv'));
  await waitFor(() => expect(take).toHaveBeenCalledTimes(1));
});

test('state in the address leaves defaults out and reads them back', async () => {
  let change: (patch: { q?: string; days?: number; stage?: string[] }) => void = () => undefined;
  function Probe() {
    const [state, set] = useUrlState({ q: '', days: 30, stage: [] as readonly string[] });
    change = set;
    return <output>{JSON.stringify(state)}</output>;
  }
  const router = show(<Probe />, '/?days=90');
  expect(screen.getByRole('status')).toHaveTextContent('{"q":"","days":90,"stage":[]}');
  await act(async () => change({ days: 30, q: '林', stage: ['lost', 'dormant'] }));
  expect(new URLSearchParams(router.state.location.search).toString()).toBe(
    new URLSearchParams([
      ['q', '林'],
      ['stage', 'lost'],
      ['stage', 'dormant'],
    ]).toString(),
  );
});

test('conditions are built in the words of the reader', async () => {
  const user = userEvent.setup();
  const fields = [{ name: 'orders', label: '订单数', inputType: 'number' }];
  const operatorsOf = () => [{ name: '>=', value: '>=', label: '大于等于' }];
  const start: Conditions = { combinator: 'and', rules: [{ field: 'orders', operator: '>=', value: 2 }] };
  function Probe() {
    const [value, setValue] = useState(start);
    return <ConditionBuilder fields={fields} operatorsOf={operatorsOf} value={value} onChange={setValue} />;
  }
  show(<Probe />);
  await user.click(screen.getByRole('button', { name: /添加条件$/ }));
  expect(screen.getAllByRole('button', { name: '删除条件' })).toHaveLength(2);
});
