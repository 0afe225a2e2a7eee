/** Settings: the brand, its people, its keys, and what was changed by whom. */
import {
  ApartmentOutlined,
  ApiOutlined,
  FileSearchOutlined,
  ShopOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/settings/brand',
    title: { 'zh-CN': '品牌设置', en: 'Brand' },
    permission: 'settings.read',
    nav: { group: 'system', order: 10, icon: <ShopOutlined /> },
    load: async () => (await import('./pages/brand-page')).BrandPage,
  },
  {
    path: '/settings/organisation',
    title: { 'zh-CN': '组织架构', en: 'Organisation' },
    permission: 'users.read',
    nav: { group: 'system', order: 25, icon: <ApartmentOutlined /> },
    load: async () => (await import('./pages/organisation-page')).OrganisationPage,
  },
  {
    path: '/account/security',
    title: { 'zh-CN': '账号与安全', en: 'Account & security' },
    load: async () => (await import('./pages/security-page')).SecurityPage,
  },
  {
    path: '/settings/users',
    title: { 'zh-CN': '用户与角色', en: 'Users & roles' },
    permission: 'users.read',
    nav: { group: 'system', order: 30, icon: <TeamOutlined /> },
    load: async () => (await import('./pages/users-page')).UsersPage,
  },
  {
    path: '/settings/api-keys',
    title: { 'zh-CN': 'API 密钥', en: 'API keys' },
    permission: 'keys.read',
    nav: { group: 'system', order: 40, icon: <ApiOutlined /> },
    load: async () => (await import('./pages/keys-page')).KeysPage,
  },
  {
    path: '/settings/audit',
    title: { 'zh-CN': '操作记录', en: 'Audit log' },
    permission: 'audit.read',
    nav: { group: 'system', order: 50, icon: <FileSearchOutlined /> },
    load: async () => (await import('./pages/audit-page')).AuditPage,
  },
];
