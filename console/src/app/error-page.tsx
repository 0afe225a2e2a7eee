/** Pages for when there is no page: unknown address, not allowed, broken, outdated. */
import { Button, Result } from 'antd';
import { Link, useRouteError } from 'react-router';
import { ApiProblem } from '@/client/problem';
import { BrandMark } from '@/ui/brand-mark';
import { CopyText } from '@/ui/copy-text';
import { useWords } from '@/ui/i18n';
import { useProblemText } from '@/ui/state-block';
import { words as uiWords } from '@/ui/words';
import { words } from './words';

const MISSING_CODE = /dynamically imported module|Importing a module script failed|Unable to preload/i;

export function NotFoundPage() {
  const w = useWords(words);
  return (
    <Result
      icon={<BrandMark size={56} />}
      title={w.notFoundTitle}
      subTitle={w.notFoundText}
      extra={
        <Link to="/">
          <Button type="primary">{w.toHome}</Button>
        </Link>
      }
    />
  );
}

export function ForbiddenPage() {
  const w = useWords(words);
  return <Result icon={<BrandMark size={56} />} title={w.forbiddenTitle} subTitle={w.forbiddenText} />;
}

/** The page code of an older build is gone from the server: reloading fetches the new one. */
const outdated = (error: unknown): boolean => error instanceof Error && MISSING_CODE.test(error.message);

/** Shown in place of a page that threw; the shell around it stays. */
export function CrashPage() {
  const w = useWords(words);
  const ui = useWords(uiWords);
  const textOf = useProblemText();
  const error = useRouteError();
  const reload = (
    <Button type="primary" onClick={() => window.location.reload()}>
      {w.reload}
    </Button>
  );
  if (outdated(error))
    return (
      <Result icon={<BrandMark size={56} />} title={w.updatedTitle} subTitle={w.updatedText} extra={reload} />
    );
  const problem = error instanceof ApiProblem ? error : undefined;
  return (
    <Result
      status="error"
      title={w.crashedTitle}
      subTitle={problem ? textOf(problem) : w.crashedText}
      extra={reload}
    >
      <p className="crash-detail">
        {problem?.requestId ? (
          <>
            {ui.requestId} <CopyText text={problem.requestId} />
          </>
        ) : (
          <>
            {w.detail} <CopyText text={error instanceof Error ? error.message : String(error)} />
          </>
        )}
      </p>
    </Result>
  );
}
