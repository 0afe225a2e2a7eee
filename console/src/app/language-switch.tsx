/** Switches between Chinese and English; each language is named in itself. */
import { GlobalOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { chooseLanguage, LANGUAGES, type Language } from '@/client/language';
import { useLanguage, useWords } from '@/ui/i18n';
import { words } from './words';

const NAMES: Record<Language, string> = { 'zh-CN': '中文', en: 'English' };

export function LanguageSwitch() {
  const w = useWords(words);
  const language = useLanguage();
  const items = LANGUAGES.map((key) => ({ key, label: <span lang={key}>{NAMES[key]}</span> }));
  const choose = (key: string) => {
    const chosen = LANGUAGES.find((each) => each === key);
    if (chosen) chooseLanguage(chosen);
  };
  return (
    <Dropdown
      trigger={['click']}
      menu={{ items, selectedKeys: [language], onClick: ({ key }) => choose(key) }}
    >
      <Button type="text" icon={<GlobalOutlined />} aria-label={`${w.language} ${NAMES[language]}`}>
        {NAMES[language]}
      </Button>
    </Dropdown>
  );
}
