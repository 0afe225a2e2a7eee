/** Events: what arrives now, what was turned away, what events there are, and who sends them. */
import {
  ClusterOutlined,
  FileExclamationOutlined,
  ProfileOutlined,
  ThunderboltOutlined,
} from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/events/live',
    title: { 'zh-CN': '实时事件', en: 'Live events' },
    permission: 'events.read',
    nav: { group: 'data', order: 40, icon: <ThunderboltOutlined /> },
    load: async () => (await import('./pages/live-page')).LivePage,
  },
  {
    path: '/events',
    title: { 'zh-CN': '事件目录', en: 'Event catalogue' },
    permission: 'events.read',
    nav: { group: 'data', order: 30, icon: <ProfileOutlined /> },
    load: async () => (await import('./pages/catalogue-page')).CataloguePage,
  },
  {
    path: '/events/catalogue/:name',
    title: { 'zh-CN': '事件', en: 'Event' },
    permission: 'events.read',
    parent: '/events',
    load: async () => (await import('./pages/event-page')).EventPage,
  },
  {
    path: '/events/rejects',
    title: { 'zh-CN': '被拒事件', en: 'Rejected events' },
    permission: 'events.read',
    nav: { group: 'data', order: 50, icon: <FileExclamationOutlined /> },
    load: async () => (await import('./pages/rejects-page')).RejectsPage,
  },
  {
    path: '/events/sources',
    title: { 'zh-CN': '事件来源', en: 'Event sources' },
    permission: 'events.read',
    nav: { group: 'data', order: 10, icon: <ClusterOutlined /> },
    load: async () => (await import('./pages/sources-page')).SourcesPage,
  },
];
