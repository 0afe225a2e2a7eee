/** Imports: the list, the wizard, and one import. */
import { DatabaseOutlined, ImportOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/imports',
    title: { 'zh-CN': '数据导入', en: 'Imports' },
    permission: 'imports.read',
    nav: { group: 'data', order: 20, icon: <ImportOutlined /> },
    load: async () => (await import('./pages/imports-page')).ImportsPage,
  },
  {
    path: '/imports/new',
    title: { 'zh-CN': '导入文件', en: 'Import a file' },
    permission: 'imports.run',
    parent: '/imports',
    load: async () => (await import('./pages/wizard-page')).WizardPage,
  },
  {
    path: '/imports/databases',
    title: { 'zh-CN': '数据库', en: 'Databases' },
    permission: 'imports.read',
    nav: { group: 'data', order: 11, icon: <DatabaseOutlined /> },
    load: async () => (await import('./pages/databases-page')).DatabasesPage,
  },
  {
    path: '/imports/databases/new',
    title: { 'zh-CN': '连接数据库', en: 'Connect a database' },
    permission: 'keys.edit',
    parent: '/imports/databases',
    load: async () => (await import('./pages/database-page')).DatabasePage,
  },
  {
    path: '/imports/databases/:pullId',
    title: { 'zh-CN': '修改数据库拉取', en: 'Change a database' },
    permission: 'keys.edit',
    parent: '/imports/databases',
    load: async () => (await import('./pages/database-page')).DatabasePage,
  },
  {
    path: '/imports/:importId',
    title: { 'zh-CN': '导入详情', en: 'Import' },
    permission: 'imports.read',
    parent: '/imports',
    load: async () => (await import('./pages/import-page')).ImportPage,
  },
];
