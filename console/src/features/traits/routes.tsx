/** Traits: the list by topic, the page of one, and the editor of the brand's own. */
import { FunctionOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/traits',
    title: { 'zh-CN': '指标', en: 'Traits' },
    permission: 'segments.read',
    nav: { group: 'customers', order: 25, icon: <FunctionOutlined /> },
    load: async () => (await import('./pages/traits-page')).TraitsPage,
  },
  {
    // Of two parts, because a trait may be called "new".
    path: '/traits/own/new',
    title: { 'zh-CN': '新建指标', en: 'New trait' },
    permission: 'segments.edit',
    parent: '/traits',
    load: async () => (await import('./pages/editor-page')).NewTraitPage,
  },
  {
    path: '/traits/:traitName',
    title: { 'zh-CN': '指标详情', en: 'Trait' },
    permission: 'segments.read',
    parent: '/traits',
    load: async () => (await import('./pages/trait-page')).TraitPage,
  },
  {
    path: '/traits/:traitName/edit',
    title: { 'zh-CN': '编辑指标', en: 'Edit trait' },
    permission: 'segments.edit',
    parent: '/traits',
    load: async () => (await import('./pages/editor-page')).EditTraitPage,
  },
];
