/** News for the person who is signed in. */
import { BellOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/notices',
    title: { 'zh-CN': '通知', en: 'Notifications' },
    nav: { group: 'home', order: 20, icon: <BellOutlined /> },
    load: async () => (await import('./pages/notices-page')).NoticesPage,
  },
];
