/** Customers: the list, one customer's page, and who may be one person. */
import { IdcardOutlined, TeamOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/customers',
    title: { 'zh-CN': '客户', en: 'Customers' },
    permission: 'customers.read',
    nav: { group: 'customers', order: 10, icon: <TeamOutlined /> },
    load: async () => (await import('./pages/customers-page')).CustomersPage,
  },
  {
    path: '/customers/reviews',
    title: { 'zh-CN': '身份审核', en: 'Identity reviews' },
    permission: 'customers.merge',
    nav: { group: 'customers', order: 15, icon: <IdcardOutlined /> },
    load: async () => (await import('./pages/reviews-page')).ReviewsPage,
  },
  {
    path: '/customers/:customerId',
    title: { 'zh-CN': '客户详情', en: 'Customer' },
    permission: 'customers.read',
    parent: '/customers',
    load: async () => (await import('./pages/customer-page')).CustomerPage,
  },
];
