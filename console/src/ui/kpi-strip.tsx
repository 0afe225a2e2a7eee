/** Up to six key figures in one card, split by hairlines: value, unit, comparison, definition on hover. */
import { ArrowDownOutlined, ArrowUpOutlined, MinusOutlined } from '@ant-design/icons';
import { Card, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Definition, type Meaning } from './definition';
import { NOTHING, percentText } from './format';
import { useLanguage, useWords } from './i18n';
import { words } from './words';

export interface Comparison {
  /** 0.032 is 3.2% up on what it is compared with. */
  change: number | null;
  /** Compared with what: 较上期, vs. previous 30 days. */
  label: string;
  /** Which direction is good news; decides green or red. */
  good?: 'up' | 'down' | 'neither';
  /** The size of the change as text where a relative one misleads: 1.2 个百分点. */
  text?: string;
}

export interface Kpi {
  key: string;
  title: string;
  /** Already formatted: <Money/>, <Num/>, <Percent/>; null shows a dash. */
  value: ReactNode;
  unit?: string;
  meaning: Meaning;
  comparison?: Comparison;
  /** A remark under the number instead of a comparison. */
  note?: ReactNode;
  /** Where the number leads. */
  to?: string;
}

function tone(change: number, good: Comparison['good']): string {
  if (change === 0 || good === 'neither') return 'flat';
  return change > 0 === (good !== 'down') ? 'good' : 'bad';
}

export function Compared({ change, label, good = 'up', text }: Comparison) {
  const w = useWords(words);
  const language = useLanguage();
  if (change === null) return <span className="compared">{`${NOTHING} ${label}`}</span>;
  const Arrow = change > 0 ? ArrowUpOutlined : change < 0 ? ArrowDownOutlined : MinusOutlined;
  const spoken = change > 0 ? w.upFrom : change < 0 ? w.downFrom : w.flat;
  return (
    <span className="compared">
      <span className={`num ${tone(change, good)}`}>
        <Arrow aria-label={spoken} /> {text ?? percentText(Math.abs(change), language)}
      </span>
      {label}
    </span>
  );
}

export function KpiStrip({ items, loading = false }: { items: Kpi[]; loading?: boolean }) {
  return (
    <Card styles={{ body: { padding: 0 } }} className="kpi-card">
      <div className="kpi-strip">
        {items.map((kpi) => (
          <section key={kpi.key} className="kpi" aria-label={kpi.title}>
            <div className="kpi-title">
              <Definition of={kpi.meaning}>{kpi.title}</Definition>
            </div>
            {loading ? (
              <Skeleton active title={false} paragraph={{ rows: 2 }} />
            ) : (
              <>
                <div className="kpi-value num">
                  {kpi.to ? <Link to={kpi.to}>{kpi.value ?? NOTHING}</Link> : (kpi.value ?? NOTHING)}
                  {kpi.unit ? <small className="unit"> {kpi.unit}</small> : null}
                </div>
                <div className="kpi-note">{kpi.comparison ? <Compared {...kpi.comparison} /> : kpi.note}</div>
              </>
            )}
          </section>
        ))}
      </div>
    </Card>
  );
}
