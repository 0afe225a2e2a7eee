/** How a feature declares its pages: `features/<module>/routes.tsx` exports `routes`, the shell finds it by itself. */
import type { ComponentType, ReactNode } from 'react';
import type { Title } from './i18n';

/** The groups of the navigation in the order in which they are shown; one without a name stands open above the others. */
export const NAV_GROUPS = {
  home: { 'zh-CN': '', en: '' },
  customers: { 'zh-CN': '客户', en: 'Customers' },
  marketing: { 'zh-CN': '营销', en: 'Marketing' },
  data: { 'zh-CN': '数据接入', en: 'Data in and out' },
  compliance: { 'zh-CN': '合规', en: 'Compliance' },
  system: { 'zh-CN': '设置', en: 'Settings' },
} as const satisfies Record<string, Title>;
export type NavGroup = keyof typeof NAV_GROUPS;

export interface FeatureRoute {
  /** Absolute, as React Router writes it: '/customers/:customerId'. */
  path: string;
  title: Title;
  /** The permission without which neither the page nor its link is shown. */
  permission?: string;
  /** The page's code, loaded when it is first opened. */
  load: () => Promise<ComponentType>;
  /** Present when the page has a link in the navigation. `order` sorts within the group; `badge` stands beside the link. */
  nav?: { group: NavGroup; order: number; icon: ReactNode; badge?: ReactNode };
  /** The path of the page that stands above this one in the breadcrumb. */
  parent?: string;
}
