/** Twenty-five cells of recency and frequency; each leads to its customers. */
import { Card, Tooltip } from 'antd';
import { Link } from 'react-router';
import { Definition } from '@/ui/definition';
import { moneyText, NOTHING, numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { useBrand } from '@/ui/session';
import { EmptyBlock } from '@/ui/state-block';
import { tokens as t } from '@/ui/tokens';
import type { Summary } from '../queries';
import { words } from '../words';

const SCORES_DOWN = [5, 4, 3, 2, 1];
const SCORES_UP = [1, 2, 3, 4, 5];
const SHADES = t.chart.sequential;
/** From this shade on, white text reaches 4.5:1. */
const DARK_FROM = 4;

/** The fuller a cell against the fullest, the darker; the one shade on which no text reads well is passed over. */
function shadeOf(customers: number, most: number): number {
  if (customers === 0) return -1;
  const shade = Math.min(SHADES.length - 1, Math.floor((customers / most) * SHADES.length));
  return shade === DARK_FROM - 1 ? DARK_FROM - 2 : shade;
}

export function RfmGrid({ summary, period }: { summary: Summary; period: string }) {
  const w = useWords(words);
  const language = useLanguage();
  const { currency } = useBrand();
  const most = Math.max(0, ...summary.grid.map(({ customers }) => customers));
  const title = (
    <Definition of={{ unit: w.customersUnit, period, definition: w.gridMeaning }}>{w.grid}</Definition>
  );
  if (most === 0)
    return (
      <Card title={title} className="home-fill">
        <EmptyBlock text={w.noClasses} />
      </Card>
    );
  const cell = (r: number, f: number) => {
    const found = summary.grid.find(({ rfm_r, rfm_f }) => rfm_r === r && rfm_f === f);
    const customers = found?.customers ?? 0;
    const count = numText(customers, language);
    const mean = found?.mean_sales_365d_fen;
    const says = w.gridCell(r, f, count, mean == null ? NOTHING : moneyText(mean, currency, language, true));
    const shade = shadeOf(customers, most);
    const style =
      shade < 0 ? {} : { background: SHADES[shade], color: shade >= DARK_FROM ? '#fff' : t.color.text };
    return (
      <td key={f}>
        {customers === 0 ? (
          <span className="rfm-cell rfm-none">0</span>
        ) : (
          <Tooltip title={says}>
            <Link
              className="rfm-cell num"
              style={style}
              to={`/customers?rfm_r=${r}&rfm_f=${f}`}
              aria-label={says}
            >
              {count}
            </Link>
          </Tooltip>
        )}
      </td>
    );
  };
  return (
    <Card
      title={title}
      className="home-fill"
      extra={
        <span className="rfm-legend" aria-hidden="true">
          {w.few}
          {[0, 1, 2, 4, 5].map((shade) => (
            <i key={shade} style={{ background: SHADES[shade] }} />
          ))}
          {w.many}
        </span>
      }
    >
      <table className="rfm-grid" aria-label={w.grid}>
        <tbody>
          {SCORES_DOWN.map((r) => (
            <tr key={r}>
              <th scope="row">
                {r === 5 ? <small>{w.gridNear}</small> : null}
                {r === 1 ? <small>{w.gridFar}</small> : null}R{r}
              </th>
              {SCORES_UP.map((f) => cell(r, f))}
            </tr>
          ))}
          <tr className="rfm-foot">
            <td />
            {SCORES_UP.map((f) => (
              <th key={f} scope="col">
                F{f}
              </th>
            ))}
          </tr>
        </tbody>
      </table>
      <p className="home-note rfm-axes">
        ↑ {w.gridR} · → {w.gridF}
      </p>
    </Card>
  );
}
