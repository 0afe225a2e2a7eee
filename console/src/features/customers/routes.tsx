/** Customers: the list, one customer's page, and who may be one person. */
import {
  FormOutlined,
  IdcardOutlined,
  NodeIndexOutlined,
  TagsOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';
import { ReviewBadge } from './components/review-badge';

export const routes: FeatureRoute[] = [
  {
    path: '/customers',
    title: { 'zh-CN': '客户列表', en: 'Customer list' },
    permission: 'customers.read',
    nav: { group: 'customers', order: 10, icon: <TeamOutlined /> },
    load: async () => (await import('./pages/customers-page')).CustomersPage,
  },
  {
    path: '/customers/reviews',
    title: { 'zh-CN': '身份审核', en: 'Identity reviews' },
    permission: 'customers.merge',
    nav: { group: 'customers', order: 40, icon: <IdcardOutlined />, badge: <ReviewBadge /> },
    load: async () => (await import('./pages/reviews-page')).ReviewsPage,
  },
  {
    path: '/customers/tags',
    title: { 'zh-CN': '标签', en: 'Tags' },
    permission: 'customers.read',
    nav: { group: 'customers', order: 30, icon: <TagsOutlined /> },
    load: async () => (await import('./pages/tags-page')).TagsPage,
  },
  {
    path: '/settings/customer-fields',
    title: { 'zh-CN': '客户字段', en: 'Customer fields' },
    permission: 'settings.read',
    nav: { group: 'customers', order: 50, icon: <FormOutlined /> },
    load: async () => (await import('./pages/fields-page')).FieldsPage,
  },
  {
    path: '/settings/identity-types',
    title: { 'zh-CN': '身份类型', en: 'Identity types' },
    permission: 'settings.read',
    nav: { group: 'customers', order: 60, icon: <NodeIndexOutlined /> },
    load: async () => (await import('./pages/namespaces-page')).NamespacesPage,
  },
  {
    path: '/customers/:customerId',
    title: { 'zh-CN': '客户详情', en: 'Customer' },
    permission: 'customers.read',
    parent: '/customers',
    load: async () => (await import('./pages/customer-page')).CustomerPage,
  },
];
