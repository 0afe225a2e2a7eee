/** The task centre. */
import { UnorderedListOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/tasks',
    title: { 'zh-CN': '任务中心', en: 'Tasks' },
    permission: 'tasks.read',
    nav: { group: 'home', order: 10, icon: <UnorderedListOutlined /> },
    load: async () => (await import('./pages/tasks-page')).TasksPage,
  },
];
