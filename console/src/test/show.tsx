/** Renders a piece or the whole console the way main.tsx does. */
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { makeQueryClient, Providers } from '@/app/providers';
import { routesOf } from '@/app/routes';
import type { FeatureRoute } from '@/ui/feature';
import { SessionProvider } from '@/ui/session';
import { aSession } from './server';

/** The whole console, opened at an address. */
export function openConsole(address: string, features: FeatureRoute[]) {
  const router = createMemoryRouter(routesOf(features), { initialEntries: [address] });
  render(
    <Providers queryClient={makeQueryClient()}>
      <RouterProvider router={router} />
    </Providers>,
  );
  return router;
}

/** One piece, seen by a signed-in operator of a brand in Shanghai. */
export function show(piece: ReactNode, address = '/') {
  const element = <SessionProvider value={aSession()}>{piece}</SessionProvider>;
  const router = createMemoryRouter([{ path: '*', element }], { initialEntries: [address] });
  render(
    <Providers queryClient={makeQueryClient()}>
      <RouterProvider router={router} />
    </Providers>,
  );
  return router;
}
