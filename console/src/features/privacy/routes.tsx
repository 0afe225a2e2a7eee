/** The privacy desk. */
import { SecurityScanOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/privacy',
    title: { 'zh-CN': '隐私台', en: 'Privacy desk' },
    permission: 'privacy.read',
    nav: { group: 'compliance', order: 30, icon: <SecurityScanOutlined /> },
    load: async () => (await import('./pages/privacy-page')).PrivacyPage,
  },
];
