/** The navigation and the breadcrumb, both read from the features' routes. */
import { Breadcrumb, Menu, type MenuProps } from 'antd';
import { Link, matchPath, useLocation, useNavigate } from 'react-router';
import type { User } from '@/client/session';
import { type FeatureRoute, NAV_GROUPS, type NavGroup } from '@/ui/feature';
import { useLanguage, useWords } from '@/ui/i18n';
import { allows, useUser } from '@/ui/session';
import { featureRoutes } from './feature-routes';
import { words } from './words';

type Items = NonNullable<MenuProps['items']>;
type NavRoute = FeatureRoute & Required<Pick<FeatureRoute, 'nav'>>;

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

function selectedPath(pathname: string): string {
  let route = routeAt(pathname, featureRoutes);
  while (route && !route.nav && route.parent) {
    const above: string = route.parent;
    route = featureRoutes.find((each) => each.path === above);
  }
  return route?.path ?? '';
}

export function Navigation({ collapsed }: { collapsed: boolean }) {
  const language = useLanguage();
  const user = useUser();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const links = navRoutesFor(user, featureRoutes);
  const item = (route: NavRoute) => ({
    key: route.path,
    icon: route.nav.icon,
    title: route.title[language],
    label: (
      <Link to={route.path}>
        {route.title[language]} {route.nav.badge}
      </Link>
    ),
  });
  const groups = Object.keys(NAV_GROUPS) as NavGroup[];
  const grouped = groups.flatMap((group): Items => {
    const children = links.filter((route) => route.nav.group === group).map(item);
    const label = NAV_GROUPS[group][language];
    if (children.length === 0) return [];
    return label ? [{ type: 'group' as const, key: group, label, children }] : children;
  });
  return (
    <Menu
      mode="inline"
      inlineIndent={12}
      // The links are what the keyboard reaches; the list around them would be one stop more.
      tabIndex={-1}
      items={collapsed ? links.map(item) : grouped}
      selectedKeys={[selectedPath(pathname)]}
      onClick={({ key, domEvent }) => {
        if (domEvent.type === 'keydown') void navigate(key);
      }}
    />
  );
}

/** Group, the pages above, this page. */
export function Trail() {
  const w = useWords(words);
  const language = useLanguage();
  const { pathname } = useLocation();
  const trail: FeatureRoute[] = [];
  let route = routeAt(pathname, featureRoutes);
  while (route && trail.length < 5) {
    trail.unshift(route);
    const above = route.parent;
    route = above ? featureRoutes.find((each) => each.path === above) : undefined;
  }
  const group = trail[0]?.nav ? NAV_GROUPS[trail[0].nav.group][language] : '';
  const items = trail.map((each, index) => ({
    title:
      index < trail.length - 1 ? <Link to={each.path}>{each.title[language]}</Link> : each.title[language],
  }));
  if (trail.length === 0 && pathname === '/account/password')
    return <Breadcrumb items={[{ title: w.changePassword }]} />;
  return (
    <Breadcrumb items={group && group !== trail[0]?.title[language] ? [{ title: group }, ...items] : items} />
  );
}
