/** Destinations: where facts go, what went there, a new one. */
import { ExportOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/destinations',
    title: { 'zh-CN': '数据去向', en: 'Destinations' },
    permission: 'destinations.read',
    nav: { group: 'data', order: 80, icon: <ExportOutlined /> },
    load: async () => (await import('./pages/destinations-page')).DestinationsPage,
  },
  {
    path: '/destinations/new',
    title: { 'zh-CN': '新建去向', en: 'New destination' },
    permission: 'destinations.edit',
    parent: '/destinations',
    load: async () => (await import('./pages/new-destination-page')).NewDestinationPage,
  },
  {
    path: '/destinations/:destinationId',
    title: { 'zh-CN': '去向', en: 'Destination' },
    permission: 'destinations.read',
    parent: '/destinations',
    load: async () => (await import('./pages/destination-page')).DestinationPage,
  },
];
