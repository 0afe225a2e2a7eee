/** Where pages stand: which links a person may follow, which page an address is, and what stands above it. */
import { matchPath } from 'react-router';
import type { User } from '@/client/session';
import { type FeatureRoute, NAV_GROUPS, type NavGroup } from '@/ui/feature';
import { allows } from '@/ui/session';

export type NavRoute = FeatureRoute & Required<Pick<FeatureRoute, 'nav'>>;

const ABOVE_MAX = 5;
const inNavigation = (route: FeatureRoute): route is NavRoute => route.nav !== undefined;

/** The links that a person may follow, in the order in which they are shown. */
export function navRoutesFor(user: User, routes: FeatureRoute[]): NavRoute[] {
  const groups = Object.keys(NAV_GROUPS);
  return routes
    .filter(inNavigation)
    .filter((route) => allows(user, route.permission))
    .sort((a, b) => groups.indexOf(a.nav.group) - groups.indexOf(b.nav.group) || a.nav.order - b.nav.order);
}

/** The route of an address; fixed paths win over paths with parameters. */
export function routeAt(pathname: string, routes: FeatureRoute[]): FeatureRoute | undefined {
  const exact = routes.find((route) => route.path === pathname);
  return exact ?? routes.find((route) => matchPath(route.path, pathname));
}

/** The pages above an address from the top down, itself last; empty where no feature has the address. */
export function trailOf(pathname: string, routes: FeatureRoute[]): FeatureRoute[] {
  const trail: FeatureRoute[] = [];
  let route = routeAt(pathname, routes);
  while (route && trail.length < ABOVE_MAX) {
    trail.unshift(route);
    const above = route.parent;
    route = above ? routes.find((each) => each.path === above) : undefined;
  }
  return trail;
}

/** The link of the navigation under which an address stands: its own, or that of the nearest page above. */
export function selectedPath(pathname: string, routes: FeatureRoute[]): string {
  return trailOf(pathname, routes).findLast(inNavigation)?.path ?? '';
}

export function groupAt(pathname: string, routes: FeatureRoute[]): NavGroup | undefined {
  return trailOf(pathname, routes).findLast(inNavigation)?.nav.group;
}
