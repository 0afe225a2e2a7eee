/** Who defined an event: Siyu, the brand, or nobody. */
import { useWords } from '@/ui/i18n';
import { ColorTag, type TagColor } from '@/ui/tags';
import { words } from '../words/catalogue';

const COLOURS: Record<string, TagColor> = { standard: 'indigo', brand: 'teal', unknown: 'grey' };

export function OriginTag({ origin }: { origin: string }) {
  const w: Record<string, unknown> = useWords(words);
  return <ColorTag color={COLOURS[origin] ?? 'grey'}>{String(w[origin] ?? origin)}</ColorTag>;
}
