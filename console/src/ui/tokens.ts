/** The colours, sizes and type of the console; every text colour reaches 4.5:1 on white (proved by a test). */
export const tokens = {
  color: {
    primary: '#3B48B8',
    primaryHover: '#5260CC',
    primarySoft: '#EDEFFB',
    accent: '#F6B24A',
    success: '#13805A',
    warning: '#D98A0B',
    warningText: '#985700',
    error: '#C93A32',
    text: '#1B2033',
    textSecondary: '#535C72',
    textTertiary: '#687086',
    placeholder: '#6B7389',
    border: '#DCE0EA',
    borderLight: '#EAEDF4',
    bgLayout: '#F4F5FA',
    bgContainer: '#FFFFFF',
    bgHeader: '#F7F8FC',
    navText: '#3A4158',
  },
  /** Ink and ground of a word with a colour. */
  tag: {
    grey: { ink: '#4C556B', ground: '#EEF0F5' },
    indigo: { ink: '#3B48B8', ground: '#E9ECFA' },
    teal: { ink: '#0B6B70', ground: '#E0F4F3' },
    green: { ink: '#0F6B4A', ground: '#E3F4EB' },
    amber: { ink: '#8A5000', ground: '#FDF1DA' },
    red: { ink: '#B42F28', ground: '#FCEAE8' },
    plum: { ink: '#7A3E93', ground: '#F5EAF8' },
  },
  radius: { base: 6, sm: 4, lg: 8 },
  font: {
    family:
      "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif",
    mono: "ui-monospace, 'SF Mono', Consolas, 'Noto Sans Mono CJK SC', monospace",
    size: 14,
    kpi: 26,
  },
  layout: { sider: 208, siderCollapsed: 56, header: 52, gutter: 16, page: 20 },
  chart: {
    categorical: ['#4656C8', '#159C91', '#EBA02E', '#8C5FC4', '#D95F54', '#4E8FB5', '#7A9A3A', '#B95A92'],
    sequential: ['#EEF0FB', '#CBD1F3', '#9AA5E4', '#6F7DD5', '#4656C8', '#2A3489'],
    split: '#EAEDF4',
  },
} as const;
