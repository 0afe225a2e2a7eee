/** An address becomes a question; what is misspelt in it asks for nothing. */
import { definitionOf, questionOf } from './question';

const PAGING = { sort: '-last_order_at', cursor: undefined, limit: 20 };

test('every filter of the address is asked', () => {
  const filters = {
    q: ['138'],
    stage: ['lost', 'dormant'],
    rfm_r: ['5'],
    member: ['false'],
    segment_id: ['7'],
  };
  expect(questionOf(filters, PAGING)).toEqual({
    q: '138',
    stage: ['lost', 'dormant'],
    rfm_r: 5,
    member: false,
    segment_id: 7,
    sort: '-last_order_at',
    limit: 20,
  });
});

test('what cannot be read is left out', () => {
  expect(questionOf({ stage: [], rfm_r: ['9'], member: ['perhaps'], segment_id: ['x'] }, PAGING)).toEqual({
    sort: '-last_order_at',
    limit: 20,
  });
});

test('traits become a definition; a search does not', () => {
  const question = questionOf({ q: ['138'], stage: ['lost'], rfm_f: ['1'], member: ['true'] }, PAGING);
  expect(definitionOf(question)).toEqual({
    and: [
      { trait: 'stage', op: 'in', value: ['lost'] },
      { trait: 'rfm_f', op: '=', value: 1 },
      { trait: 'is_member', op: '=', value: true },
    ],
  });
});
