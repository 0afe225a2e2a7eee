/** Theme, language and the query cache around the whole console. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { type ReactNode, useEffect } from 'react';
import { ApiProblem } from '@/client/problem';
import { useLanguage } from '@/ui/i18n';
import { theme } from '@/ui/theme';

const STALE_MS = 30_000;

/** A refusal will be refused again; only a server that is away or stumbling is asked a second time. */
const worthRetrying = (failures: number, error: unknown): boolean =>
  failures < 1 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500);

export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: { queries: { staleTime: STALE_MS, retry: worthRetrying, refetchOnWindowFocus: false } },
  });

interface ProvidersProps {
  queryClient: QueryClient;
  children: ReactNode;
}

export function Providers({ queryClient, children }: ProvidersProps) {
  const language = useLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
    dayjs.locale(language === 'zh-CN' ? 'zh-cn' : 'en');
    // The server writes some texts (errors, names of states) in the language of the request.
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  }, [language, queryClient]);
  return (
    <ConfigProvider
      locale={language === 'zh-CN' ? zhCN : enUS}
      theme={theme}
      button={{ autoInsertSpace: false }}
    >
      <AntApp component={false}>
        <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
