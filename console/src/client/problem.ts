/** What the server refuses, as one error class that every screen knows how to show. */

export interface FieldProblem {
  field: string;
  message: string;
  code?: string;
}

/** The body of application/problem+json as every route of Siyu answers it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: FieldProblem[];
}

/** A request failed. `code` is the server's permanent code; `unreachable` and `unreadable` are the console's own. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
  readonly fields: FieldProblem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Partial<Problem> & { code: string }, retryAfterSeconds?: number) {
    super(problem.detail || problem.title || problem.code);
    this.name = 'ApiProblem';
    this.status = problem.status ?? 0;
    this.code = problem.code;
    this.title = problem.title ?? '';
    this.detail = problem.detail ?? '';
    this.requestId = problem.request_id ?? '';
    this.fields = problem.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The seconds of a Retry-After header, whether it gives a number or a date. */
export function retryAfterOf(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - now) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** A refusal in the server's words; an answer that is not problem+json still gets a code and its status. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const retryAfter = retryAfterOf(response.headers.get('retry-after'), Date.now());
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string') {
    const problem = body as Problem;
    return new ApiProblem(
      { ...problem, status: response.status, request_id: problem.request_id || (requestId ?? '') },
      retryAfter,
    );
  }
  return new ApiProblem({ code: 'unreadable', status: response.status, request_id: requestId }, retryAfter);
}
