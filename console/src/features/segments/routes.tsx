/** Segments: the list, and the page where one is made, tried and changed. */
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
    path: '/segments/:segmentId',
    title: { 'zh-CN': '人群详情', en: 'Segment' },
    permission: 'segments.read',
    parent: '/segments',
    load: async () => (await import('./pages/segment-page')).SegmentPage,
  },
];
