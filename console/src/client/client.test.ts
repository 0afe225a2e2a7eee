/** Every request carries what the server asks for, every refusal arrives as one kind of error. */
import { refusal, serve } from '@/test/server';
import { api, dataOf, keepCsrfToken, onSessionEnded, send } from './client';
import { fileNameOf } from './download';
import { chooseLanguage } from './language';
import { ApiProblem, retryAfterOf } from './problem';

const caught = (promise: Promise<unknown>): Promise<ApiProblem> =>
  promise.then(
    () => {
      throw new Error('nothing was refused');
    },
    (error) => error as ApiProblem,
  );

test('a change carries the CSRF token and the language, a read only the language', async () => {
  const { asked } = serve({ 'POST /api/v1/auth/logout': { status: 204 }, 'GET /api/v1/meta': {} });
  keepCsrfToken('token-1');
  chooseLanguage('en');
  await api.POST('/api/v1/auth/logout');
  await api.GET('/api/v1/meta');
  expect(asked.map(({ headers }) => headers.get('x-csrf-token'))).toEqual(['token-1', null]);
  expect(asked.map(({ headers }) => headers.get('accept-language'))).toEqual(['en', 'en']);
});

test('a refusal keeps code, detail, fields and request id', async () => {
  const errors = [{ field: 'new', message: '太短' }];
  serve({ 'GET /api/v1/meta': refusal(409, 'weak_password', '密码太弱', { errors }) });
  const problem = await caught(dataOf(api.GET('/api/v1/meta')));
  expect(problem).toBeInstanceOf(ApiProblem);
  expect(problem).toMatchObject({
    code: 'weak_password',
    status: 409,
    detail: '密码太弱',
    requestId: 'req-7f21',
    fields: errors,
  });
});

test('an answer that is no problem+json still names its status and request', async () => {
  serve({ 'GET /api/v1/meta': { status: 502, body: '<html>', headers: { 'x-request-id': 'req-9' } } });
  expect(await caught(dataOf(api.GET('/api/v1/meta')))).toMatchObject({
    code: 'unreadable',
    status: 502,
    requestId: 'req-9',
  });
});

test('a server that is away is said to be unreachable', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  expect(await caught(dataOf(api.GET('/api/v1/meta')))).toMatchObject({ code: 'unreachable' });
  expect(await caught(send('/api/v1/meta'))).toMatchObject({ code: 'unreachable' });
});

test('only a refused session ends it; a wrong password does not', async () => {
  serve({
    'GET /api/v1/meta': refusal(401, 'signed_out', ''),
    'POST /api/v1/auth/login': refusal(401, 'wrong_credentials', ''),
  });
  const ended = vi.fn();
  const stop = onSessionEnded(ended);
  await caught(dataOf(api.POST('/api/v1/auth/login', { body: { login: 'a', password: 'b' } })));
  expect(ended).not.toHaveBeenCalled();
  await caught(dataOf(api.GET('/api/v1/meta')));
  expect(ended).toHaveBeenCalledTimes(1);
  stop();
});

test.each([
  ['30', 30], // seconds
  ['Sun, 22 Nov 2026 08:00:10 GMT', 10], // a date ten seconds ahead
  ['Sun, 22 Nov 2026 07:00:00 GMT', 0], // a date gone by
  ['soon', undefined], // neither
  [null, undefined], // absent
])('Retry-After %s is %s seconds', (header, seconds) => {
  expect(retryAfterOf(header, Date.parse('2026-11-22T08:00:00Z'))).toBe(seconds);
});

test('a download takes the Chinese name that the server gives', () => {
  const encoded = `attachment; filename="a.csv"; filename*=UTF-8''${encodeURIComponent('客户.csv')}`;
  expect(fileNameOf(encoded, 'x')).toBe('客户.csv');
  expect(fileNameOf('attachment; filename="a.csv"', 'x')).toBe('a.csv');
  expect(fileNameOf(null, 'x')).toBe('x');
});
