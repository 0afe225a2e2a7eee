/** Customers by hand: only what was filled in goes to the server, with the revision that was read; tags at once. */
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aSession, serve } from '@/test/server';
import { show } from '@/test/show';
import { SessionProvider } from '@/ui/session';
import type { FieldDefinition } from '../by-hand-queries';
import type { Profile } from '../queries';
import { CustomerForm } from './customer-form';
import { TagsCard } from './tags-card';

const size: FieldDefinition = {
  name: 'size',
  kind: 'text',
  label_zh: '尺码',
  label_en: 'Size',
  choices: [],
  personal: false,
  searchable: false,
  required: false,
  one_holder: false,
  least: null,
  most: null,
  archived: false,
};
const profile = { customer_id: 3, name: '王**', phone: '138****8000', province: '上海' } as Profile;
const stores = { 'GET /api/v1/stores': { body: { items: [] } } };

test('a new customer is sent as written, without what was left empty', async () => {
  const { asked } = serve({ ...stores, 'POST /api/v1/customers': { status: 201, body: { customer_id: 9 } } });
  const done = vi.fn();
  show(<CustomerForm definitions={[size]} held={{}} onDone={done} onClose={vi.fn()} />);
  await userEvent.type(await screen.findByLabelText('手机号'), '13800138000');
  await userEvent.type(screen.getByLabelText('尺码'), 'M');
  await userEvent.click(screen.getByRole('button', { name: '创建' }));
  await waitFor(() => expect(done).toHaveBeenCalledWith(9));
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
    phone: '13800138000',
    fields: { size: 'M' },
  });
});

test('an edit sends the revision, what changed, and null for what is cleared', async () => {
  const path = '/api/v1/customers/3';
  const { asked } = serve({ ...stores, [`PATCH ${path}`]: { status: 204 } });
  const done = vi.fn();
  const editing = { profile, revision: '3@x' };
  show(
    <CustomerForm
      editing={editing}
      definitions={[size]}
      held={{ size: 'M' }}
      onDone={done}
      onClose={vi.fn()}
    />,
  );
  await userEvent.type(
    await screen.findByLabelText('姓名', { selector: 'input:not([type=checkbox])' }),
    '王芳',
  );
  await userEvent.click(screen.getByRole('checkbox', { name: '省份' }));
  await userEvent.click(screen.getByRole('checkbox', { name: '尺码' }));
  await userEvent.click(screen.getByRole('button', { name: '保存' }));
  await waitFor(() => expect(done).toHaveBeenCalled());
  expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({
    revision: '3@x',
    name: '王芳',
    province: null,
    fields: { size: null },
  });
});

test('a tag is taken with one click by who may', async () => {
  const worn = {
    tag_id: 5,
    name: '茶',
    tag_group_id: 1,
    group_name: '兴趣',
    colour: 'teal',
    source: 'hand',
    tagged_by: 'lin',
    tagged_at: '2026-01-02T01:30:00Z',
  };
  const path = '/api/v1/customers/3/tags';
  const { asked } = serve({
    'GET /api/v1/tags': { body: { groups: [], tags: [] } },
    [`GET ${path}`]: { body: { worn: [worn], changes: [] } },
    [`POST ${path}`]: { body: { worn: [], changes: [] } },
  });
  show(
    <SessionProvider value={aSession({ permissions: ['customers.read', 'customers.edit'] })}>
      <TagsCard customerId={3} />
    </SessionProvider>,
  );
  await userEvent.click(await screen.findByRole('button', { name: '移除标签 茶' }));
  await waitFor(() =>
    expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ add: [], remove: [5] }),
  );
});
