/** Segments: the list, the page where one is made, tried and changed, and how they compare. */
import { FilterOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/segments',
    title: { 'zh-CN': '人群', en: 'Segments' },
    permission: 'segments.read',
    nav: { group: 'customers', order: 20, icon: <FilterOutlined /> },
    load: async () => (await import('./pages/segments-page')).SegmentsPage,
  },
  {
    path: '/segments/new',
    title: { 'zh-CN': '新建人群', en: 'New segment' },
    permission: 'segments.read',
    parent: '/segments',
    load: async () => (await import('./pages/segment-page')).SegmentPage,
  },
  {
    path: '/segments/overlap',
    title: { 'zh-CN': '重叠分析', en: 'Overlap' },
    permission: 'segments.read',
    parent: '/segments',
    load: async () => (await import('./pages/overlap-page')).OverlapPage,
  },
  {
    path: '/segments/:segmentId/profile',
    title: { 'zh-CN': '画像', en: 'Profile' },
    permission: 'segments.read',
    parent: '/segments',
    load: async () => (await import('./pages/profile-page')).ProfilePage,
  },
  {
    path: '/segments/:segmentId',
    title: { 'zh-CN': '人群详情', en: 'Segment' },
    permission: 'segments.read',
    parent: '/segments',
    load: async () => (await import('./pages/segment-page')).SegmentPage,
  },
];
