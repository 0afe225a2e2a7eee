/** The mapping editor: selects and text are two views of one map. */
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { show } from '@/test/show';
import { type Draft, draftOf } from '../draft';
import { columnsOf } from '../map-text';
import type { Upload } from '../queries';
import { MapStep } from './map-step';

const MAP = 'kind: stores\nsource: erp\ncolumns:\n  store_key: 店号\n  city: {constant: 上海}\n';
const upload = {
  upload_id: 'a'.repeat(32),
  file_name: '门店.csv',
  bytes: 2048,
  format: 'csv',
  encoding: 'utf-8',
  delimiter: ',',
  columns: ['店号', '备注 '],
  sample: [{ 店号: 'S1', '备注 ': null }],
  best_preset: null,
  guesses: [
    {
      kind: 'stores',
      map_text: MAP,
      fields: [{ target: 'store_key', column: '店号', confidence: 0.9, because: 'name' }],
      unused_columns: ['备注 '],
      missing_fields: [],
    },
  ],
} as unknown as Upload;

function Editor() {
  const [draft, setDraft] = useState<Draft>(draftOf(upload, []));
  return (
    <>
      <output aria-label="columns">{JSON.stringify(columnsOf(draft.mapText))}</output>
      <MapStep draft={draft} presets={[]} onChange={setDraft} />
    </>
  );
}
const columns = () => JSON.parse(screen.getByLabelText('columns').textContent ?? '{}');

test('the guess is shown with what the column holds, how sure it is, and what is left over', () => {
  show(<Editor />);
  expect(screen.getByText('S1')).toBeInTheDocument();
  expect(screen.getByText('90%')).toBeInTheDocument();
  expect(screen.getByText('没有用到的列：备注')).toBeInTheDocument();
});

test('a column chosen by its name fills the field', async () => {
  const user = userEvent.setup();
  show(<Editor />);
  await user.click(screen.getByRole('combobox', { name: '区域' }));
  await user.click(await within(document.body).findByTitle('备注'));
  expect(columns()).toMatchObject({ region: { column: '备注' }, store_key: { column: '店号' } });
  expect(screen.getByText('文件里的列都用上了。')).toBeInTheDocument();
});

test('a fixed value is typed in its row', async () => {
  const user = userEvent.setup();
  show(<Editor />);
  const field = screen.getByRole('textbox', { name: '城市 每一行都用这个值' });
  await user.clear(field);
  await user.type(field, '苏州');
  expect(columns().city).toEqual({ constant: '苏州' });
});
