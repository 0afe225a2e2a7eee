/** The navigation: groups that fold and stay as they were left; folded to icons, each group opens a small menu. */
import {
  DatabaseOutlined,
  DownOutlined,
  SafetyOutlined,
  SendOutlined,
  SettingOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import { Dropdown, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { NAV_GROUPS, type NavGroup } from '@/ui/feature';
import { useLanguage } from '@/ui/i18n';
import { useUser } from '@/ui/session';
import { featureRoutes } from './feature-routes';
import { groupAt, type NavRoute, navRoutesFor, selectedPath } from './places';
import { useOpenGroups } from './use-open-groups';

const ICONS: Record<NavGroup, ReactNode> = {
  home: null,
  customers: <TeamOutlined />,
  marketing: <SendOutlined />,
  data: <DatabaseOutlined />,
  compliance: <SafetyOutlined />,
  system: <SettingOutlined />,
};

interface PageLinkProps {
  route: NavRoute;
  here: boolean;
  /** Folded to icons, a page shows its icon alone. */
  bare?: boolean;
}

function PageLink({ route, here, bare = false }: PageLinkProps) {
  const name = route.title[useLanguage()];
  const link = (
    <Link
      to={route.path}
      className="nav-link"
      aria-current={here ? 'page' : undefined}
      aria-label={bare ? name : undefined}
    >
      <span className="nav-icon" aria-hidden>
        {route.nav.icon}
      </span>
      {bare ? null : <span className="nav-text">{name}</span>}
      {bare ? null : route.nav.badge}
    </Link>
  );
  return (
    <li>
      {bare ? (
        <Tooltip title={name} placement="right">
          {link}
        </Tooltip>
      ) : (
        link
      )}
    </li>
  );
}

interface GroupProps {
  group: NavGroup;
  routes: NavRoute[];
  /** The path of the page that is shown. */
  here: string;
}

/** The badges of a closed group stand beside its name, so that nothing that waits is hidden. */
function OpenableGroup({
  group,
  routes,
  here,
  open,
  onToggle,
}: GroupProps & { open: boolean; onToggle: () => void }) {
  const language = useLanguage();
  return (
    <li className="nav-group">
      <button type="button" className="nav-group-head" aria-expanded={open} onClick={onToggle}>
        <span className="nav-icon" aria-hidden>
          {ICONS[group]}
        </span>
        <span className="nav-text">{NAV_GROUPS[group][language]}</span>
        {open ? null : routes.map((route) => <span key={route.path}>{route.nav.badge}</span>)}
        <DownOutlined className="nav-fold" aria-hidden />
      </button>
      {open ? (
        <ul>
          {routes.map((route) => (
            <PageLink key={route.path} route={route} here={route.path === here} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function IconGroup({ group, routes, here }: GroupProps) {
  const name = NAV_GROUPS[group][useLanguage()];
  const language = useLanguage();
  const items = routes.map((route) => ({
    key: route.path,
    icon: route.nav.icon,
    label: (
      <Link to={route.path}>
        {route.title[language]} {route.nav.badge}
      </Link>
    ),
  }));
  return (
    <li>
      <Dropdown
        trigger={['hover', 'click']}
        placement="topLeft"
        align={{ points: ['tl', 'tr'], offset: [8, -4] }}
        menu={{ items, selectedKeys: [here], className: 'nav-menu' }}
      >
        <button
          type="button"
          className="nav-link"
          aria-label={name}
          aria-current={routes.some(({ path }) => path === here) ? 'true' : undefined}
        >
          {ICONS[group]}
        </button>
      </Dropdown>
    </li>
  );
}

export function Navigation({ collapsed }: { collapsed: boolean }) {
  const user = useUser();
  const { pathname } = useLocation();
  const [open, toggle] = useOpenGroups(groupAt(pathname, featureRoutes));
  const here = selectedPath(pathname, featureRoutes);
  const links = navRoutesFor(user, featureRoutes);
  const groups = (Object.keys(NAV_GROUPS) as NavGroup[])
    .map((group) => ({ group, routes: links.filter((route) => route.nav.group === group) }))
    .filter(({ routes }) => routes.length > 0);
  return (
    <ul className={collapsed ? 'nav nav-bare' : 'nav'}>
      {groups.map(({ group, routes }) => {
        if (NAV_GROUPS[group]['zh-CN'] === '')
          return routes.map((route) => (
            <PageLink key={route.path} route={route} here={route.path === here} bare={collapsed} />
          ));
        if (collapsed) return <IconGroup key={group} group={group} routes={routes} here={here} />;
        return (
          <OpenableGroup
            key={group}
            group={group}
            routes={routes}
            here={here}
            open={open.has(group)}
            onToggle={() => toggle(group)}
          />
        );
      })}
    </ul>
  );
}
