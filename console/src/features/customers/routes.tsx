/** Customers: the list, and one customer's page. */
import { TeamOutlined } from '@ant-design/icons';
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
    path: '/customers/:customerId',
    title: { 'zh-CN': '客户详情', en: 'Customer' },
    permission: 'customers.read',
    parent: '/customers',
    load: async () => (await import('./pages/customer-page')).CustomerPage,
  },
];
