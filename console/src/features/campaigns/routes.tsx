/** Campaigns: the list, the wizard, one campaign with its result, and who took part. */
import { SendOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/campaigns',
    title: { 'zh-CN': '活动', en: 'Campaigns' },
    permission: 'campaigns.read',
    nav: { group: 'marketing', order: 20, icon: <SendOutlined /> },
    load: async () => (await import('./pages/campaigns-page')).CampaignsPage,
  },
  {
    path: '/campaigns/new',
    title: { 'zh-CN': '新建活动', en: 'New campaign' },
    permission: 'campaigns.edit',
    parent: '/campaigns',
    load: async () => (await import('./pages/new-page')).NewPage,
  },
  {
    path: '/campaigns/:campaignId',
    title: { 'zh-CN': '活动详情', en: 'Campaign' },
    permission: 'campaigns.read',
    parent: '/campaigns',
    load: async () => (await import('./pages/campaign-page')).CampaignPage,
  },
  {
    path: '/campaigns/:campaignId/edit',
    title: { 'zh-CN': '编辑活动', en: 'Edit campaign' },
    permission: 'campaigns.edit',
    parent: '/campaigns',
    load: async () => (await import('./pages/wizard-page')).WizardPage,
  },
  {
    path: '/campaigns/:campaignId/recipients',
    title: { 'zh-CN': '活动客户', en: 'Customers of the campaign' },
    permission: 'campaigns.read',
    parent: '/campaigns',
    load: async () => (await import('./pages/recipients-page')).RecipientsPage,
  },
];
