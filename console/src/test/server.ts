/** A stand-in for the server in tests: answers by method and path, and remembers what it was asked. */
import { afterEach, vi } from 'vitest';
import type { SignedIn } from '@/client/session';

interface Asked {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
}
type Reply = { status?: number; body?: unknown; headers?: Record<string, string> };
export type Replies = Record<string, Reply | ((asked: Asked) => Reply)>;

afterEach(() => vi.unstubAllGlobals());

/** Keys are 'GET /api/v1/meta'; an address without a reply answers 404. */
export function serve(replies: Replies): { asked: Asked[]; replies: Replies } {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname;
    const text = await request.text();
    const one = {
      method: request.method,
      path,
      headers: request.headers,
      body: text ? JSON.parse(text) : null,
    };
    asked.push(one);
    const found = replies[`${request.method} ${path}`] ?? refusal(404, 'not_found', 'No such address');
    const { status = 200, body, headers } = typeof found === 'function' ? found(one) : found;
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    return new Response(status === 204 ? null : JSON.stringify(body ?? {}), {
      status,
      headers: { 'content-type': type, ...headers },
    });
  });
  return { asked, replies };
}

export function refusal(status: number, code: string, detail: string, extra: object = {}): Reply {
  const body = { type: 'about:blank', title: code, status, detail, code, request_id: 'req-7f21', ...extra };
  return { status, body };
}

export function aSession(changes: Partial<SignedIn['user']> = {}): SignedIn {
  return {
    user: {
      user_id: 1,
      login: 'wang',
      display_name: '王芳',
      roles: ['operator'],
      permissions: ['customers.read'],
      must_change_password: false,
      language: 'zh-CN',
      ...changes,
    },
    brand: { brand_id: 1, name: '青禾', time_zone: 'Asia/Shanghai', currency: 'CNY' },
    csrf_token: 'csrf-1',
  } as SignedIn;
}
