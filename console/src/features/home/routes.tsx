/** The first page: how the brand stands, and what is running. */
import { HomeOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/',
    title: { 'zh-CN': '首页', en: 'Home' },
    permission: 'analytics.read',
    nav: { group: 'home', order: 0, icon: <HomeOutlined /> },
    load: async () => (await import('./pages/home-page')).HomePage,
  },
];
