/** Every address of the console: login, the account's pages, and whatever the features declare. */
import { Result } from 'antd';
import { Navigate, type RouteObject } from 'react-router';
import { BrandMark } from '@/ui/brand-mark';
import type { FeatureRoute } from '@/ui/feature';
import { useWords } from '@/ui/i18n';
import { allows, useUser } from '@/ui/session';
import { CrashPage, ForbiddenPage, NotFoundPage } from './error-page';
import { featureRoutes } from './feature-routes';
import { LoginPage } from './login-page';
import { PasswordPage } from './password-page';
import { navRoutesFor } from './places';
import { SessionGate, Splash } from './session-gate';
import { Shell } from './shell';
import { words } from './words';

/** Who may not open the home page, or where there is none, lands on the first page they may open. */
function FirstPage() {
  const w = useWords(words);
  const first = navRoutesFor(useUser(), featureRoutes)[0];
  if (first) return <Navigate to={first.path} replace />;
  return <Result icon={<BrandMark size={56} />} title={w.nothingTitle} subTitle={w.nothingText} />;
}

function pageOf({ path, permission, load }: FeatureRoute): RouteObject {
  return {
    path,
    ErrorBoundary: CrashPage,
    lazy: async () => {
      const Page = await load();
      const Refused = path === '/' ? FirstPage : ForbiddenPage;
      const Permitted = () => (allows(useUser(), permission) ? <Page /> : <Refused />);
      return { Component: Permitted };
    },
  };
}

export function routesOf(features: FeatureRoute[]): RouteObject[] {
  const home = features.some(({ path }) => path === '/') ? [] : [{ index: true, Component: FirstPage }];
  return [
    { path: '/login', Component: LoginPage, ErrorBoundary: CrashPage },
    {
      Component: SessionGate,
      ErrorBoundary: CrashPage,
      HydrateFallback: Splash,
      children: [
        {
          path: '/',
          Component: Shell,
          children: [
            ...home,
            ...features.map(pageOf),
            { path: '/account/password', Component: PasswordPage, ErrorBoundary: CrashPage },
            { path: '*', Component: NotFoundPage },
          ],
        },
      ],
    },
  ];
}
