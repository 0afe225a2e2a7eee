/** Consent: the texts by which the brand asks, the seals over the ledger, and whom nobody writes to. */
import { SafetyCertificateOutlined, StopOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/consents',
    title: { 'zh-CN': '授权', en: 'Consent' },
    permission: 'customers.read',
    nav: { group: 'compliance', order: 10, icon: <SafetyCertificateOutlined /> },
    load: async () => (await import('./pages/texts-page')).TextsPage,
  },
  {
    path: '/suppressions',
    title: { 'zh-CN': '禁发名单', en: 'Suppressions' },
    permission: 'suppressions.read',
    nav: { group: 'compliance', order: 20, icon: <StopOutlined /> },
    load: async () => (await import('./pages/suppressions-page')).SuppressionsPage,
  },
];
