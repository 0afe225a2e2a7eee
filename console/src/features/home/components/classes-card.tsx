/** The eight classes of Chinese retail with what counted as high; each leads to its customers. */
import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import { Card } from 'antd';
import { Link } from 'react-router';
import { Definition } from '@/ui/definition';
import { moneyText, numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Money, Num } from '@/ui/numbers';
import { useBrand } from '@/ui/session';
import { EmptyBlock } from '@/ui/state-block';
import { said } from '@/ui/trait-value';
import { useTraitWords } from '@/ui/trait-words';
import type { Summary } from '../queries';
import { words } from '../words';
import { shareText } from './key-figures';

const LETTERS = ['R', 'F', 'M'] as const;

function Marks({ code }: { code: string }) {
  const w = useWords(words);
  return (
    <span className="rfm-marks">
      {LETTERS.map((letter, index) => {
        const high = code[index] === '1';
        return (
          <span key={letter} className={high ? 'high' : 'low'} title={`${letter} ${high ? w.high : w.low}`}>
            {letter}
            {high ? <ArrowUpOutlined aria-label={w.high} /> : <ArrowDownOutlined aria-label={w.low} />}
          </span>
        );
      })}
    </span>
  );
}

function Thresholds({ summary }: { summary: Summary }) {
  const w = useWords(words);
  const language = useLanguage();
  const { currency } = useBrand();
  const { recency_days: r, frequency_days: f, monetary_fen: m } = summary.thresholds;
  const unclassed = summary.customers - summary.thresholds.classed;
  return (
    <div className="home-note rfm-thresholds">
      <b>{w.thresholds}</b>
      {r === null ? null : <span>{w.thresholdR(numText(r, language, 1))}</span>}
      {f === null ? null : <span>{w.thresholdF(numText(f, language, 1))}</span>}
      {m === null ? null : <span>{w.thresholdM(moneyText(Math.round(m), currency, language))}</span>}
      {unclassed > 0 ? <span>{w.unclassed(numText(unclassed, language))}</span> : null}
    </div>
  );
}

export function ClassesCard({ summary, period }: { summary: Summary; period: string }) {
  const w = useWords(words);
  const t = useTraitWords();
  const language = useLanguage();
  const money = t.unitOf({ type: 'money', unit: 'fen' });
  const title = (
    <Definition of={{ unit: w.customersUnit, period, definition: w.classesMeaning }}>{w.classes}</Definition>
  );
  if (summary.thresholds.classed === 0)
    return (
      <Card title={title} className="home-fill">
        <EmptyBlock text={w.noClasses} />
      </Card>
    );
  return (
    <Card title={title} className="home-fill" styles={{ body: { padding: '4px 16px 12px' } }}>
      <table className="plain-table" aria-label={w.classes}>
        <thead>
          <tr>
            <th scope="col">{w.rfmClass}</th>
            <th scope="col">R F M</th>
            <th scope="col" className="end">
              <Definition of={{ unit: w.customersUnit, period, definition: w.customersMeaning }}>
                {w.customers}
              </Definition>
            </th>
            <th scope="col" className="end">
              <Definition of={{ unit: money, period: w.last365, definition: w.salesMeaning }}>
                {w.salesColumn}
              </Definition>
            </th>
            <th scope="col" className="end">
              <Definition of={{ unit: money, period: w.last365, definition: w.perHeadMeaning }}>
                {w.perHead}
              </Definition>
            </th>
          </tr>
        </thead>
        <tbody>
          {summary.classes.map(({ rfm_class: code, customers, sales_365d_fen: sales }) => {
            const label = summary.class_labels[code];
            return (
              <tr key={code}>
                <td>
                  <Link to={`/customers?rfm_class=${code}`}>{label ? said(label)[language] : code}</Link>
                </td>
                <td>
                  <Marks code={code} />
                </td>
                <td className="end num">
                  <Num value={customers} />{' '}
                  <small>{shareText(customers, summary.thresholds.classed, language)}</small>
                </td>
                <td className="end num">
                  <Money fen={sales} whole />
                </td>
                <td className="end num">
                  <Money fen={customers ? Math.round(sales / customers) : null} whole />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <Thresholds summary={summary} />
    </Card>
  );
}
