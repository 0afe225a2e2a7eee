/** The privacy desk. */
import { SafetyCertificateOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/privacy',
    title: { 'zh-CN': '隐私台', en: 'Privacy desk' },
    permission: 'privacy.read',
    nav: { group: 'customers', order: 40, icon: <SafetyCertificateOutlined /> },
    load: async () => (await import('./pages/privacy-page')).PrivacyPage,
  },
];
