/** The sign and the colour of a namespace, the same wherever an identity is drawn. */
import {
  AlipayOutlined,
  IdcardOutlined,
  MailOutlined,
  MobileOutlined,
  PhoneOutlined,
  ShoppingOutlined,
  TagOutlined,
  TaobaoOutlined,
  WechatOutlined,
  WechatWorkOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { TagColor } from '@/ui/tags';
import { tokens } from '@/ui/tokens';

const MARKS: Record<string, { icon: ReactNode; color: TagColor }> = {
  phone: { icon: <PhoneOutlined />, color: 'teal' },
  email: { icon: <MailOutlined />, color: 'plum' },
  member_no: { icon: <IdcardOutlined />, color: 'indigo' },
  unionid: { icon: <WechatOutlined />, color: 'green' },
  openid: { icon: <WechatOutlined />, color: 'green' },
  external_userid: { icon: <WechatWorkOutlined />, color: 'green' },
  alipay_uid: { icon: <AlipayOutlined />, color: 'indigo' },
  taobao_id: { icon: <TaobaoOutlined />, color: 'amber' },
  jd_pin: { icon: <ShoppingOutlined />, color: 'red' },
  device: { icon: <MobileOutlined />, color: 'grey' },
};
const OWN = { icon: <TagOutlined />, color: 'grey' } as const;

export function NamespaceMark({ namespace }: { namespace: string }) {
  const { icon, color } = MARKS[namespace] ?? MARKS[namespace.split(':')[0] ?? ''] ?? OWN;
  const { ink, ground } = tokens.tag[color];
  return (
    <span className="namespace-mark" style={{ color: ink, background: ground }} aria-hidden>
      {icon}
    </span>
  );
}
