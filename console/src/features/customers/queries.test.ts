/** What people search for goes to the server in a body, never in an address. */
import { serve } from '@/test/server';
import { exportCustomers } from './queries';

test('an export asks for the whole list in the body', async () => {
  const files = { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined };
  vi.stubGlobal('URL', Object.assign(URL, files));
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  const { asked } = serve({ 'POST /api/v1/customers/export': {} });
  await exportCustomers({ q: '13800138000', stage: ['lost'], cursor: 'c2', limit: 20 }, '顾客要求核对');
  const body = { q: '13800138000', stage: ['lost'], reason: '顾客要求核对' };
  expect(asked).toMatchObject([{ method: 'POST', path: '/api/v1/customers/export', body }]);
});
