/** One SMS as its reader sees it, or why there is none. */
import { Alert } from 'antd';
import { useLanguage, useWords } from '@/ui/i18n';
import type { Preview } from '../queries';
import { words } from '../words/wizard';

export function SmsBubble({ preview }: { preview: Preview }) {
  const w = useWords(words);
  const language = useLanguage();
  const error = language === 'zh-CN' ? (preview.error_zh ?? preview.error) : preview.error;
  if (error) return <Alert type="warning" showIcon title={w.previewBroken} description={error} />;
  return <p className="cp-campaign-sms">{preview.text}</p>;
}
