/** The breadcrumb: group, the pages above, this page. */
import { Breadcrumb } from 'antd';
import { Link, useLocation } from 'react-router';
import { NAV_GROUPS } from '@/ui/feature';
import { useLanguage, useWords } from '@/ui/i18n';
import { allows, useUser } from '@/ui/session';
import { featureRoutes } from './feature-routes';
import { groupAt, trailOf } from './places';
import { words } from './words';

export function Trail() {
  const w = useWords(words);
  const language = useLanguage();
  const user = useUser();
  const { pathname } = useLocation();
  const trail = trailOf(pathname, featureRoutes);
  const group = groupAt(pathname, featureRoutes);
  const title = group ? NAV_GROUPS[group][language] : '';
  const own = pathname.startsWith('/account/') ? w.account : '';
  const pages = trail.map((each, index) => {
    const name = each.title[language];
    const open = index < trail.length - 1 && allows(user, each.permission);
    return { title: open ? <Link to={each.path}>{name}</Link> : name };
  });
  if (pathname === '/account/password') pages.push({ title: w.changePassword });
  const above = own || title;
  return <Breadcrumb items={above ? [{ title: above }, ...pages] : pages} />;
}
