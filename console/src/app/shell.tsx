/** The frame of every page: navigation, breadcrumb, language, account. */

import {
  LockOutlined,
  LogoutOutlined,
  MenuFoldOutlined,
  MenuUnfoldOutlined,
  SafetyOutlined,
} from '@ant-design/icons';
import { App, Avatar, Button, Dropdown, Layout } from 'antd';
import { useState } from 'react';
import { Link, Outlet, useNavigate } from 'react-router';
import { recall, remember } from '@/client/memory';
import { Bell } from '@/features/notices/components/bell';
import { BrandMark, BrandName } from '@/ui/brand-mark';
import { DataAsOfProvider, DataAsOfSlot } from '@/ui/data-as-of';
import { useWords } from '@/ui/i18n';
import { PRODUCT } from '@/ui/product';
import { useBrand, useUser } from '@/ui/session';
import { useProblemText } from '@/ui/state-block';
import { tokens as t } from '@/ui/tokens';
import { GoTo } from './go-to';
import { LanguageSwitch } from './language-switch';
import { Navigation } from './navigation';
import { Trail } from './trail';
import { useMedia } from './use-media';
import { useSessionActions } from './use-session';
import { words } from './words';

function AccountMenu() {
  const w = useWords(words);
  const textOf = useProblemText();
  const user = useUser();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { leave } = useSessionActions();
  const act = (key: string) => {
    if (key !== 'leave') void navigate(`/account/${key}`);
    else void leave().catch((error: unknown) => message.error(textOf(error)));
  };
  const items = [
    {
      key: 'who',
      disabled: true,
      label: (
        <span className="who">
          <b>{user.display_name}</b>
          <span>{user.login}</span>
        </span>
      ),
    },
    { type: 'divider' as const },
    { key: 'security', icon: <SafetyOutlined />, label: w.security },
    { key: 'password', icon: <LockOutlined />, label: w.changePassword },
    { key: 'leave', icon: <LogoutOutlined />, label: w.signOut },
  ];
  return (
    <Dropdown trigger={['click']} placement="bottomRight" menu={{ items, onClick: ({ key }) => act(key) }}>
      <button type="button" className="account" aria-label={w.account}>
        <Avatar size={28} style={{ background: t.color.primarySoft, color: t.color.primary, fontSize: 13 }}>
          {[...user.display_name][0]}
        </Avatar>
        <span className="account-name">{user.display_name}</span>
      </button>
    </Dropdown>
  );
}

/** Folded on a narrow window, open on a wide one, and then as it was left on a window of that kind. */
function useFolded(narrow: boolean): [boolean, (folded: boolean) => void] {
  const key = narrow ? 'siyu.folded.narrow' : 'siyu.folded.wide';
  const [wish, setWish] = useState<Record<string, unknown>>({});
  const wanted = wish[key] ?? recall(key);
  const fold = (folded: boolean) => {
    remember(key, folded);
    setWish((before) => ({ ...before, [key]: folded }));
  };
  return [typeof wanted === 'boolean' ? wanted : narrow, fold];
}

export function Shell() {
  const w = useWords(words);
  const brand = useBrand();
  const narrow = useMedia('(max-width: 1100px)');
  const [collapsed, fold] = useFolded(narrow);
  return (
    <DataAsOfProvider>
      <a className="skip-link" href="#content">
        {w.skip}
      </a>
      <Layout className="shell">
        <Layout.Sider
          className="shell-sider"
          theme="light"
          width={t.layout.sider}
          collapsedWidth={t.layout.siderCollapsed}
          collapsed={collapsed}
          trigger={null}
        >
          <Link to="/" className="shell-brand" aria-label={PRODUCT}>
            {collapsed ? <BrandMark /> : <BrandName />}
          </Link>
          <GoTo collapsed={collapsed} />
          <nav aria-label={w.navigation} className="shell-nav">
            <Navigation collapsed={collapsed} />
          </nav>
          <Button
            type="text"
            className="shell-fold"
            icon={collapsed ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
            aria-label={collapsed ? w.expand : w.collapse}
            onClick={() => fold(!collapsed)}
          />
        </Layout.Sider>
        <Layout>
          <Layout.Header className="shell-header">
            <Trail />
            <div className="shell-tools">
              <DataAsOfSlot />
              <span className="shell-of" title={`${brand.time_zone} · ${brand.currency}`}>
                {brand.name}
              </span>
              <Bell />
              <LanguageSwitch />
              <AccountMenu />
            </div>
          </Layout.Header>
          <Layout.Content className="shell-content">
            <div id="content" tabIndex={-1}>
              <Outlet />
            </div>
          </Layout.Content>
        </Layout>
      </Layout>
    </DataAsOfProvider>
  );
}
