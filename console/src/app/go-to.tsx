/** Going to a page by typing its name: Ctrl K (⌘ K), arrows, Enter. */
import { SearchOutlined } from '@ant-design/icons';
import { Button, Input, Modal } from 'antd';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { NAV_GROUPS } from '@/ui/feature';
import { useLanguage, useWords } from '@/ui/i18n';
import { useUser } from '@/ui/session';
import { featureRoutes } from './feature-routes';
import { pagesFound } from './finding';
import { type NavRoute, navRoutesFor } from './places';
import { words } from './words';

const ON_A_MAC = /mac/i.test(navigator.userAgent);
const KEYS = ON_A_MAC ? '⌘ K' : 'Ctrl K';

/** The shortcut opens the window wherever the keyboard is. */
function useShortcut(onPress: () => void): void {
  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(ON_A_MAC ? event.metaKey : event.ctrlKey)) return;
      event.preventDefault();
      onPress();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [onPress]);
}

interface FindingProps {
  routes: NavRoute[];
  onGo: (path: string) => void;
}

/** The field keeps the keyboard; the list is walked with the arrows, as a combobox is. */
function Finding({ routes, onGo }: FindingProps) {
  const w = useWords(words);
  const language = useLanguage();
  const list = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const found = pagesFound(routes, typed);
  const step = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = found[at];
    if (by !== undefined) setAt((before) => (before + by + found.length) % Math.max(found.length, 1));
    else if (event.key === 'Enter' && chosen && !event.nativeEvent.isComposing) onGo(chosen.path);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <Input
        autoFocus
        size="large"
        prefix={<SearchOutlined />}
        placeholder={w.goToHint}
        role="combobox"
        aria-label={w.goTo}
        aria-expanded
        aria-controls={list}
        aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setAt(0);
        }}
        onKeyDown={step}
      />
      <div id={list} role="listbox" aria-label={w.goTo} className="go-to-list">
        {found.map((route, index) => (
          <button
            key={route.path}
            type="button"
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            ref={index === at ? (node) => node?.scrollIntoView?.({ block: 'nearest' }) : null}
            onMouseMove={() => setAt(index)}
            onClick={() => onGo(route.path)}
          >
            <span className="nav-icon" aria-hidden>
              {route.nav.icon}
            </span>
            <span className="go-to-name">{route.title[language]}</span>
            <small>{NAV_GROUPS[route.nav.group][language]}</small>
          </button>
        ))}
      </div>
      {found.length === 0 ? <p className="go-to-none">{w.goToNone}</p> : null}
    </>
  );
}

export function GoTo({ collapsed }: { collapsed: boolean }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const routes = navRoutesFor(useUser(), featureRoutes);
  const [open, setOpen] = useState(false);
  const [show] = useState(() => () => setOpen(true));
  useShortcut(show);
  const go = (path: string) => {
    setOpen(false);
    void navigate(path);
  };
  return (
    <>
      {collapsed ? (
        <Button
          type="text"
          className="go-to-bare"
          icon={<SearchOutlined />}
          aria-label={w.goTo}
          onClick={show}
        />
      ) : (
        <button type="button" className="go-to" onClick={show}>
          <SearchOutlined />
          <span>{w.goTo}</span>
          <kbd>{KEYS}</kbd>
        </button>
      )}
      <Modal
        open={open}
        onCancel={() => setOpen(false)}
        footer={null}
        closable={false}
        destroyOnHidden
        width={520}
        style={{ top: 96 }}
        className="go-to-window"
      >
        <Finding routes={routes} onGo={go} />
      </Modal>
    </>
  );
}
