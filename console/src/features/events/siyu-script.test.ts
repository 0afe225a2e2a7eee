/** siyu.js, the script of pages and mini programs: what it sends, keeps, and sends again. */
import script from '../../../../siyu/intake/pages/siyu.js?raw';

interface Siyu {
  init: (options: { url: string; key: string; pageView?: boolean }) => void;
  track: (event: string, properties?: object) => void;
  identify: (identities: Record<string, string>) => void;
  reset: () => void;
  visitor: () => string;
}
interface Sent {
  event: string;
  event_id: string;
  identities: { namespace: string; value: string }[];
  properties: Record<string, unknown>;
}

const URL_OF_SERVER = 'https://siyu.example.com';
const eventsOf = (body: unknown): Sent[] => JSON.parse(String(body)).events;
const queue = (): Sent[] => JSON.parse(localStorage.getItem('siyu.queue') ?? '[]');

/** The script as a page runs it; what it would send is answered by `status`. */
function inPage(status: () => number) {
  const sent: Sent[][] = [];
  const fetching = vi.fn(async (_to: string, init: RequestInit) => {
    sent.push(eventsOf(init.body));
    return { status: status() };
  });
  vi.stubGlobal('fetch', fetching);
  new Function('module', script)(undefined);
  const siyu = (window as unknown as { siyu: Siyu }).siyu;
  return { siyu, sent, fetching };
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('events of a visitor go out together, with who it is once that is known', async () => {
  const { siyu, sent, fetching } = inPage(() => 202);
  siyu.init({ url: `${URL_OF_SERVER}/`, key: 'pk_1_x' });
  siyu.track('product_view', { product_key: 'P1' });
  siyu.identify({ member_no: 'M1' });
  siyu.track('cart_changed', { action: 'add', product_key: 'P1' });
  await vi.advanceTimersByTimeAsync(1_500);
  expect(fetching.mock.calls[0]?.[0]).toBe(`${URL_OF_SERVER}/api/v1/collect/pk_1_x`);
  const [first, second] = sent[0] ?? [];
  const device = { namespace: 'device', value: siyu.visitor() };
  expect(first?.identities).toEqual([device]);
  expect(second?.identities).toEqual([{ namespace: 'member_no', value: 'M1' }, device]);
  expect(first?.event_id).not.toBe(second?.event_id);
  expect(queue()).toEqual([]);
});

test('what got no answer is sent again, after longer pauses, under the same ids', async () => {
  const answers = [0, 503, 202];
  const { siyu, sent } = inPage(() => answers.shift() ?? 202);
  siyu.init({ url: URL_OF_SERVER, key: 'pk_1_x' });
  siyu.track('check_in');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sent).toHaveLength(3);
  expect(new Set(sent.flat().map((one) => one.event_id)).size).toBe(1);
  expect(queue()).toEqual([]);
});

test('one bad event does not hold back the others, and does not stay for ever', async () => {
  const { siyu, sent, fetching } = inPage(() => 202);
  fetching.mockImplementation(async (_to: string, init: RequestInit) => {
    const events = eventsOf(init.body);
    sent.push(events);
    return { status: events.some(({ event }) => event === 'bad') ? 422 : 202 };
  });
  siyu.init({ url: URL_OF_SERVER, key: 'pk_1_x' });
  siyu.track('bad');
  siyu.track('good');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sent.some((batch) => batch.length === 1 && batch[0]?.event === 'good')).toBe(true);
  expect(queue()).toEqual([]);
});

test('the queue is bounded, and signing out makes a new visitor', async () => {
  const { siyu } = inPage(() => 0);
  siyu.init({ url: URL_OF_SERVER, key: 'pk_1_x' });
  for (let n = 0; n < 250; n += 1) siyu.track('check_in', { n });
  expect(queue()).toHaveLength(200);
  expect(queue().at(-1)?.properties).toEqual({ n: 249 });
  const before = siyu.visitor();
  siyu.reset();
  expect(siyu.visitor()).not.toBe(before);
});

test('in a mini program it speaks by wx', async () => {
  const kept = new Map<string, string>();
  const request = vi.fn(({ success }: { success: (answer: object) => void }) => success({ statusCode: 202 }));
  vi.stubGlobal('wx', {
    request,
    getStorageSync: (name: string) => kept.get(name) ?? '',
    setStorageSync: (name: string, value: string) => kept.set(name, value),
  });
  const module: { exports?: Siyu } = { exports: {} as Siyu };
  new Function('module', script)(module);
  const siyu = module.exports as Siyu;
  siyu.init({ url: URL_OF_SERVER, key: 'pk_1_x' });
  siyu.track('page_view', { path: 'pages/tea/index' });
  await vi.advanceTimersByTimeAsync(1_500);
  expect(request).toHaveBeenCalledOnce();
  expect(kept.get('siyu.queue')).toBe('[]');
});
