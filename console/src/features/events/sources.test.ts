/** Lists that pages make of what the server says: sources with their keys, days without gaps, properties with coverage. */
import { dailySeries, propertyLines } from './coverage';
import type { EventSource } from './queries';
import { sourceLines } from './sources';

const quiet: EventSource = {
  source: 'shop',
  events_today: 1,
  events: 9,
  rejected: 1,
  refused: 1,
  last_received_at: '2026-05-01T10:00:00Z',
  last_rejected_at: '2026-05-01T10:00:00Z',
  last_rejected_event: 'check_in',
  last_rejected_reason: 'property_mistyped',
  last_rejected_text: 'x',
  last_refused_at: '2026-05-01T09:00:00Z',
  last_refused_code: 'events_empty',
};
const key = {
  api_key_id: 1,
  prefix: 'siyu_a',
  source: 'till',
  scopes: ['events.write'],
  created_by: 'lin',
  created_at: '2026-05-01T09:00:00Z',
  last_used_at: null,
  revoked_at: null,
  expires_at: null,
  rotated_at: null,
  previous_until: null,
  previous_used_at: null,
};

test('a key that has sent nothing yet is a source too, and the newest problem is shown', () => {
  const lines = sourceLines([quiet], [key, { ...key, api_key_id: 2, revoked_at: '2026-05-01T09:00:00Z' }]);
  expect(lines.map(({ source }) => source)).toEqual(['shop', 'till']);
  expect(lines[0]?.problem).toMatchObject({ kind: 'rejected', event: 'check_in' });
  expect(lines[1]?.keys).toHaveLength(1);
  expect(lines[1]?.problem).toBeUndefined();
});

test('days without events are zero, not missing', () => {
  const series = dailySeries([{ day: '2026-05-02', events: 4 }], '2026-05-03');
  expect(series).toHaveLength(30);
  expect(series.slice(-2)).toEqual([
    { day: '2026-05-02', events: 4 },
    { day: '2026-05-03', events: 0 },
  ]);
});

test('what events carry beyond their definition is listed after it, the fullest first', () => {
  const declared = { name: 'cups', type: 'BIGINT' as const, required: true, personal: false };
  const lines = propertyLines({
    properties: [declared, { ...declared, name: 'guest', personal: true }],
    coverage: { cups: 0.5, room: 0.2, mood: 0.9 },
    rows_looked_at: 10,
  });
  expect(lines.map(({ name, coverage }) => [name, coverage])).toEqual([
    ['cups', 0.5],
    ['guest', undefined],
    ['mood', 0.9],
    ['room', 0.2],
  ]);
});
