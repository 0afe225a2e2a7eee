/** What would become of whom, before somebody says yes. */
import { Alert } from 'antd';
import { useWords } from '@/ui/i18n';
import { type QueryState, StateBlock } from '@/ui/state-block';
import { effectLines } from '../identities';
import type { MergePreview } from '../identity-queries';
import { refusalWords, words } from '../words/identities';

export function EffectPreview({ query, none }: { query: QueryState<MergePreview>; none: string }) {
  const w = useWords(words);
  const refusals: Record<string, string> = useWords(refusalWords);
  return (
    <section className="effect" aria-label={w.effect}>
      <h3 className="card-part">{w.effect}</h3>
      <StateBlock query={query} height={64}>
        {(preview) => (
          <>
            <ul>
              {effectLines(preview, w, none).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            {preview.overruled.length > 0 ? (
              <Alert
                type="warning"
                showIcon
                title={w.overruled}
                description={
                  <ul>
                    {preview.overruled.map((guard) => (
                      <li key={guard}>{refusals[guard] ?? guard}</li>
                    ))}
                  </ul>
                }
              />
            ) : null}
          </>
        )}
      </StateBlock>
    </section>
  );
}
