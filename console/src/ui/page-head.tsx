/** The head of a page: title, one line about it, actions on the right; also names the browser's tab. */

import { type ReactNode, useEffect } from 'react';
import { tabTitle } from './product';

interface PageHeadProps {
  title: string;
  desc?: ReactNode;
  /** Beside the title: a state or a tag. */
  tag?: ReactNode;
  /** Actions; at most one primary button. */
  extra?: ReactNode;
}

export function PageHead({ title, desc, tag, extra }: PageHeadProps) {
  useEffect(() => {
    document.title = tabTitle(title);
  }, [title]);
  return (
    <div className="page-head">
      <div className="page-head-text">
        <div className="page-head-title">
          <h1>{title}</h1>
          {tag}
        </div>
        {desc ? <p>{desc}</p> : null}
      </div>
      {extra ? <div className="page-head-extra">{extra}</div> : null}
    </div>
  );
}
