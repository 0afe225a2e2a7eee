/** The proof of an erasure: what went, what stays and why, what was searched for afterwards. */
import { Alert, Flex } from 'antd';
import { CopyText } from '@/ui/copy-text';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { StateBlock } from '@/ui/state-block';
import { useProof } from '../queries';
import { words } from '../words';

interface Said {
  zh: string;
  en: string;
}

interface Line {
  place: string;
  what: Said;
  count: number;
  why?: Said;
}

export interface Proof {
  removed: Line[];
  kept: Line[];
  searches: { where: Said; count: number }[];
  sales: { equal: boolean };
  sha256: string;
  later: Said;
}

function Lines({ lines }: { lines: Line[] }) {
  const language = useLanguage();
  const say = (said: Said) => (language === 'en' ? said.en : said.zh);
  return (
    <table>
      <tbody>
        {lines.map((line) => (
          <tr key={line.place}>
            <td>
              {say(line.what)}
              {line.why ? <div className="privacy-quiet">{say(line.why)}</div> : null}
            </td>
            <td className="num">{numText(line.count, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Whole({ proof, isWhole }: { proof: Proof; isWhole: boolean }) {
  const w = useWords(words);
  const language = useLanguage();
  const found = proof.searches.filter((one) => one.count > 0).length;
  return (
    <section className="privacy-proof" aria-label={w.proof}>
      <Flex vertical gap={8}>
        <Alert
          type={found ? 'error' : 'success'}
          showIcon
          title={found ? w.somethingFound(found) : w.nothingFound(proof.searches.length)}
          description={proof.sales.equal ? w.salesEqual : w.salesChanged}
        />
        {isWhole ? null : <Alert type="error" showIcon title={w.notWhole} />}
      </Flex>
      <h3>{w.removed}</h3>
      <Lines lines={proof.removed} />
      <h3>{w.kept}</h3>
      <Lines lines={proof.kept} />
      <p>{language === 'en' ? proof.later.en : proof.later.zh}</p>
      <small className="privacy-quiet">
        {isWhole ? w.whole : ''} <CopyText text={proof.sha256} />
      </small>
    </section>
  );
}

export function ProofView({ requestId }: { requestId: number }) {
  const query = useProof(requestId, true);
  return (
    <StateBlock query={query} height={240}>
      {({ proof, is_whole }) => <Whole proof={proof as unknown as Proof} isWhole={is_whole} />}
    </StateBlock>
  );
}
