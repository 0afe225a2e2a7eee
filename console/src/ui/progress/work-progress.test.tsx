/** Long work says its step, its counts, and its error in the reader's language. */
import { act, screen } from '@testing-library/react';
import { chooseLanguage } from '@/client/language';
import { show } from '@/test/show';
import { WorkErrorBlock, WorkProgress } from './work-progress';

const work = {
  state: 'running',
  step: 'decisions',
  done: 500,
  total: 2000,
  started_at: null,
  finished_at: null,
};

test('a running step shows its name, its counts and its share', () => {
  show(<WorkProgress work={work} />);
  expect(screen.getByText('逐个判断能否发送')).toBeInTheDocument();
  expect(screen.getByText('500 / 2,000')).toBeInTheDocument();
  expect(screen.getByText('25%')).toBeInTheDocument();
});

test('reading a file is counted in its size', () => {
  show(<WorkProgress work={{ ...work, step: 'reading', done: 1_048_576, total: 4_194_304 }} />);
  expect(screen.getByText('1.0 MB / 4.0 MB')).toBeInTheDocument();
});

test('a step of unknown size shows no share', () => {
  show(<WorkProgress work={{ ...work, step: 'checking', done: 1, total: 1 }} />);
  expect(screen.getByText('逐行检查')).toBeInTheDocument();
  expect(screen.queryByText(/%/)).not.toBeInTheDocument();
});

test('finished work shows no progress', () => {
  show(<WorkProgress work={{ ...work, state: 'done' }} />);
  expect(screen.queryByText('逐个判断能否发送')).not.toBeInTheDocument();
});

test('an error is told in the language of the reader, with its code', () => {
  const error = { code: 'file_changed', message: 'The file changed.', message_zh: '文件变了。' };
  show(<WorkErrorBlock error={error} title="失败" />);
  expect(screen.getByText('文件变了。')).toBeInTheDocument();
  expect(screen.getByText('file_changed')).toBeInTheDocument();
  act(() => chooseLanguage('en'));
  expect(screen.getByText('The file changed.')).toBeInTheDocument();
});
