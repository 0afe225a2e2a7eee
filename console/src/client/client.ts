/** The one way to the server: typed paths, CSRF token, language, and refusals as ApiProblem. */
import createClient, { type Middleware } from 'openapi-fetch';
import { currentLanguage } from './language';
import { ApiProblem, problemOf } from './problem';
import type { paths } from './schema';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const SIGN_IN = '/api/v1/auth/login';

let csrfToken = '';
const sessionEnded = new Set<() => void>();

/** Every later request that changes something carries this token. */
export function keepCsrfToken(token: string): void {
  csrfToken = token;
}

/** The listener runs whenever the server says that nobody is signed in. */
export function onSessionEnded(listener: () => void): () => void {
  sessionEnded.add(listener);
  return () => sessionEnded.delete(listener);
}

/** The headers that every request carries. */
function decorate(request: Request): Request {
  request.headers.set('Accept-Language', currentLanguage());
  if (!SAFE.has(request.method) && csrfToken) request.headers.set('X-CSRF-Token', csrfToken);
  return request;
}

async function refuse(request: Request, response: Response): Promise<ApiProblem> {
  const problem = await problemOf(response);
  const path = new URL(request.url).pathname;
  if (response.status === 401 && path !== SIGN_IN) for (const listener of sessionEnded) listener();
  return problem;
}

const house: Middleware = {
  onRequest: ({ request }) => decorate(request),
  async onResponse({ request, response }) {
    if (!response.ok) throw await refuse(request, response);
    return undefined;
  },
  onError({ error }) {
    if (error instanceof ApiProblem || (error instanceof DOMException && error.name === 'AbortError')) return;
    return new ApiProblem({ code: 'unreachable' });
  },
};

export const api = createClient<paths>({
  baseUrl: location.origin,
  credentials: 'same-origin',
  // Looked up at each call, so that a test can put its own in place.
  fetch: (request) => globalThis.fetch(request),
});
api.use(house);

/** The body of a good answer; a refusal is thrown as ApiProblem before it gets here. */
export async function dataOf<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call;
  return data as T;
}

/** The answer to a request that the typed client cannot express (uploads, files, streams); throws ApiProblem. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const request = decorate(
    new Request(new URL(path, location.origin), { credentials: 'same-origin', ...init }),
  );
  const response = await globalThis.fetch(request).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem({ code: 'unreachable' });
  });
  if (!response.ok) throw await refuse(request, response);
  return response;
}
