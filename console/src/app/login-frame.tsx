/** The frame of the pages before the shell: what Siyu promises on the left, the form on the right. */

import type { ReactNode } from 'react';
import { BrandLine, BrandMark, BrandName } from '@/ui/brand-mark';
import { useLanguage, useWords } from '@/ui/i18n';
import { PRODUCT, PRODUCT_IS } from '@/ui/product';
import { LanguageSwitch } from './language-switch';
import { words } from './words';

/** The line of the mark, drawn large and faint behind the promises. */
function Backdrop() {
  return (
    <svg className="login-backdrop" viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <BrandLine />
    </svg>
  );
}

interface LoginFrameProps {
  title: string;
  hint: string;
  version?: string | undefined;
  children: ReactNode;
}

export function LoginFrame({ title, hint, version, children }: LoginFrameProps) {
  const w = useWords(words);
  const language = useLanguage();
  const promises = [
    [w.promiseKnow, w.promiseKnowText],
    [w.promiseAct, w.promiseActText],
    [w.promiseProve, w.promiseProveText],
  ] as const;
  return (
    <div className="login">
      <aside className="login-brand">
        <Backdrop />
        <div className="login-name">
          <BrandMark size={34} look="line" />
          <span>{PRODUCT}</span>
          <small>{PRODUCT_IS[language]}</small>
        </div>
        <div className="login-promises">
          <p className="login-slogan">{w.slogan}</p>
          <dl>
            {promises.map(([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </div>
        <div className="login-version num">{version ? w.version(version) : ''}</div>
      </aside>
      <main className="login-main">
        <div className="login-top">
          <span className="login-top-name">
            <BrandName />
          </span>
          <LanguageSwitch />
        </div>
        <div className="login-form">
          <h1>{title}</h1>
          <p className="login-hint">{hint}</p>
          {children}
        </div>
      </main>
    </div>
  );
}
