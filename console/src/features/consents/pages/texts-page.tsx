/** Consent: what customers are shown when they are asked, and the seals over what they said. */
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import '../consents.css';
import { ChainCard } from '../components/chain-card';
import { TextList } from '../components/text-list';
import { words } from '../words';

export function TextsPage() {
  const w = useWords(words);
  return (
    <div className="consent-page">
      <PageHead title={w.title} desc={w.desc} />
      <ChainCard />
      <TextList />
    </div>
  );
}
