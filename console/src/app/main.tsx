/** Starts the console in the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { paintRoot } from '@/ui/root-style';
import { featureRoutes } from './feature-routes';
import { makeQueryClient, Providers } from './providers';
import { routesOf } from './routes';
import '@/ui/global.css';
import './app.css';
import './login.css';

paintRoot(document.documentElement);
const root = document.getElementById('root');
if (!root) throw new Error('#root is missing');
const router = createBrowserRouter(routesOf(featureRoutes));
createRoot(root).render(
  <StrictMode>
    <Providers queryClient={makeQueryClient()}>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
