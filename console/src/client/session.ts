/** The calls and types of signing in; the shapes come from the routes themselves. */
import { api, dataOf, keepCsrfToken } from './client';
import type { paths } from './schema';

type Answer<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends {
  responses: { 200: { content: { 'application/json': infer T } } };
}
  ? T
  : never;

export type SignedIn = Answer<'/api/v1/auth/me', 'get'>;
export type Meta = Answer<'/api/v1/meta', 'get'>;
export type User = SignedIn['user'];
export type Brand = SignedIn['brand'];

/** The session is open and later changes carry its token. */
export async function signIn(login: string, password: string, code?: string): Promise<SignedIn> {
  const session = await dataOf(
    api.POST('/api/v1/auth/login', { body: { login, password, ...(code ? { code } : {}) } }),
  );
  keepCsrfToken(session.csrf_token);
  return session;
}

/** Who is signed in; throws ApiProblem with status 401 when nobody is. */
export async function whoAmI(): Promise<SignedIn> {
  const session = await dataOf(api.GET('/api/v1/auth/me'));
  keepCsrfToken(session.csrf_token);
  return session;
}

export async function signOut(): Promise<void> {
  await dataOf(api.POST('/api/v1/auth/logout'));
  keepCsrfToken('');
}

export async function changePassword(current: string, next: string): Promise<void> {
  await dataOf(api.POST('/api/v1/auth/password', { body: { current, new: next } }));
}

/** Whom the company's provider vouched for is signed in by their second factor. */
export async function finishSignOn(code: string): Promise<void> {
  await dataOf(api.POST('/api/v1/auth/sign-on/code', { body: { code } }));
}

/** What a brand's sign-in page offers beside the password; null where there is nothing. */
export async function readSignOnOffer(brand_code: string): Promise<string | null> {
  const path = { params: { path: { brand_code } } };
  const answer = await dataOf(api.GET('/api/v1/auth/sign-on/offer/{brand_code}', path)).catch(() => null);
  return answer?.title ?? null;
}

export const readMeta = (): Promise<Meta> => dataOf(api.GET('/api/v1/meta'));
