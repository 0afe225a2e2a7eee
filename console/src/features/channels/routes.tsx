/** The channels that messages travel by. */
import { MessageOutlined } from '@ant-design/icons';
import type { FeatureRoute } from '@/ui/feature';

export const routes: FeatureRoute[] = [
  {
    path: '/settings/channels',
    title: { 'zh-CN': '渠道', en: 'Channels' },
    permission: 'channels.read',
    nav: { group: 'system', order: 20, icon: <MessageOutlined /> },
    load: async () => (await import('./pages/channels-page')).ChannelsPage,
  },
];
