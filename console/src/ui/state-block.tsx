/** Loading, empty and failed: the three states that every piece of data has besides being there. */
import { Alert, Button, Empty, Flex, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { ApiProblem } from '@/client/problem';
import { CopyText } from './copy-text';
import { useWords } from './i18n';
import { words } from './words';

/** What a person is told about a failure, in their language. */
export function useProblemText(): (error: unknown) => string {
  const w = useWords(words);
  return (error) => {
    if (!(error instanceof ApiProblem)) return w.unreadable;
    if (error.code === 'unreachable') return w.unreachable;
    if (error.detail || error.title) return error.detail || error.title;
    return error.status === 403 ? w.forbidden : w.unreadable;
  };
}

interface ErrorBlockProps {
  error: unknown;
  /** What could not be done; "the data could not be loaded" unless said otherwise. */
  title?: string;
  onRetry?: () => void;
}

export function ErrorBlock({ error, title, onRetry }: ErrorBlockProps) {
  const w = useWords(words);
  const textOf = useProblemText();
  const requestId = error instanceof ApiProblem ? error.requestId : '';
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={title ?? w.notLoaded}
      description={
        <Flex gap={12} justify="space-between" align="center" wrap>
          <span>
            {textOf(error)}
            {requestId ? (
              <span className="request-id">
                {w.requestId} <CopyText text={requestId} />
              </span>
            ) : null}
          </span>
          {onRetry ? (
            <Button size="small" onClick={onRetry}>
              {w.retry}
            </Button>
          ) : null}
        </Flex>
      }
    />
  );
}

export interface EmptyProps {
  /** One sentence that says what is missing. */
  text?: string;
  /** The one thing to do about it. */
  action?: ReactNode;
}

export function EmptyBlock({ text, action }: EmptyProps) {
  const w = useWords(words);
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text ?? w.nothingHere}>
      {action}
    </Empty>
  );
}

/** The part of a TanStack query that a state needs. */
export interface QueryState<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

interface StateBlockProps<T> {
  query: QueryState<T>;
  children: (data: T) => ReactNode;
  isEmpty?: (data: T) => boolean;
  empty?: EmptyProps;
  /** The height that the content will have, so that nothing jumps. */
  height?: number;
}

/** Shows the content once it is there; data that was loaded before stays visible when a reload fails. */
export function StateBlock<T>({ query, children, isEmpty, empty, height = 160 }: StateBlockProps<T>) {
  const w = useWords(words);
  if (query.data !== undefined) {
    if (isEmpty?.(query.data))
      return (
        <div className="state-box" style={{ minHeight: height }}>
          <EmptyBlock {...empty} />
        </div>
      );
    return children(query.data);
  }
  if (query.error) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />;
  const rows = Math.max(1, Math.floor(height / 32) - 1);
  return (
    <div style={{ minHeight: height }} role="status" aria-label={w.loading}>
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}
