/** What would become of whom, before somebody says yes. */
import { Alert } from 'antd';
import { useWords } from '@/ui/i18n';
import { type QueryState, StateBlock } from '@/ui/state-block';
import { effectLines } from '../identities';
import type { MergePreview } from '../identity-queries';
import { refusalWords, words } from '../words/identities';

interface EffectPreviewProps {
  query: QueryState<MergePreview>;
  /** What is said where nobody would move. */
  none: string;
  /** The guard that refused the link already, which a person's word passes too. */
  refusedBy?: string;
}

export function EffectPreview({ query, none, refusedBy }: EffectPreviewProps) {
  const w = useWords(words);
  const refusals: Record<string, string> = useWords(refusalWords);
  const passed = (preview: MergePreview) => [
    ...new Set([...(refusedBy ? [refusedBy] : []), ...preview.overruled]),
  ];
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
            {passed(preview).length > 0 ? (
              <Alert
                type="warning"
                showIcon
                title={w.overruled}
                description={
                  <ul>
                    {passed(preview).map((guard) => (
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
