/** Home: key figures, trend, stages, RFM, campaigns; or the first steps of a brand without data. */
import { Alert, Button, Flex, Segmented } from 'antd';
import { Link } from 'react-router';
import { AsOfPicker } from '@/ui/as-of-picker';
import { DataAsOf } from '@/ui/data-as-of';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useBrand, useCan } from '@/ui/session';
import { ErrorBlock, StateBlock } from '@/ui/state-block';
import { useUrlState } from '@/ui/use-url-state';
import '../home.css';
import { CampaignsCard } from '../components/campaigns-card';
import { ClassesCard } from '../components/classes-card';
import { FirstSteps } from '../components/first-steps';
import { KeyFigures } from '../components/key-figures';
import { RfmGrid } from '../components/rfm-grid';
import { SalesTrend } from '../components/sales-trend';
import { StagesCard } from '../components/stages-card';
import { type Day, useMetrics, useSummary } from '../queries';
import { quietOf } from '../series';
import { words } from '../words';

const PERIODS = [7, 30, 90, 365];

function QuietNotice({ days, onView }: { days: Day[]; onView: (day: string) => void }) {
  const w = useWords(words);
  const quiet = quietOf(days);
  if (!quiet) return null;
  return (
    <Alert
      type="info"
      showIcon
      className="home-quiet"
      title={w.quietTitle(quiet.day, quiet.days)}
      description={w.quietText}
      action={
        <Flex gap={8}>
          <Button size="small" onClick={() => onView(quiet.day)}>
            {w.quietView}
          </Button>
          <Link to="/imports">
            <Button size="small">{w.quietImport}</Button>
          </Link>
        </Flex>
      }
    />
  );
}

export function HomePage() {
  const w = useWords(words);
  const zone = useBrand().time_zone;
  const seesCampaigns = useCan('campaigns.read');
  const [{ days: wanted, as_of: asOf }, change] = useUrlState({ days: 30, as_of: '' });
  const days = PERIODS.includes(wanted) ? wanted : 30;
  const summary = useSummary(asOf);
  const metrics = useMetrics(days, asOf);
  const start = metrics.data?.start;
  const before = useMetrics(days, start ?? '', start !== undefined);
  if (summary.data?.customers === 0 && !asOf)
    return (
      <>
        <PageHead title={w.title} desc={w.descWaiting} />
        <FirstSteps />
      </>
    );
  const found = metrics.data;
  const period = found ? `${timeText(found.start, zone)} – ${timeText(found.end, zone)}` : '';
  const moment = summary.data ? timeText(summary.data.as_of, zone) : '';
  return (
    <div className="home">
      <DataAsOf at={found?.end} />
      <PageHead
        title={w.title}
        desc={
          found
            ? w.desc(timeText(found.start, zone, 'date'), timeText(found.end, zone, 'date'), days)
            : w.descWaiting
        }
        extra={
          <>
            <Segmented
              aria-label={w.period}
              value={days}
              options={PERIODS.map((value) => ({ value, label: w.days(value) }))}
              onChange={(value) => change({ days: Number(value) })}
            />
            <AsOfPicker value={asOf} onChange={(day) => change({ as_of: day })} />
          </>
        }
      />
      {found ? <QuietNotice days={found.days} onView={(day) => change({ as_of: day })} /> : null}
      {metrics.error && !found ? (
        <ErrorBlock error={metrics.error} onRetry={() => void metrics.refetch()} />
      ) : (
        <KeyFigures metrics={found} days={days} period={period} />
      )}
      <div className="home-row home-wide">
        <SalesTrend now={found?.days} before={before.data?.days} days={days} period={period} />
        <StateBlock query={summary} height={340}>
          {(data) => <StagesCard summary={data} period={moment} />}
        </StateBlock>
      </div>
      {summary.data ? (
        <div className="home-row home-even">
          <RfmGrid summary={summary.data} period={`${moment} · ${w.last365}`} />
          <ClassesCard summary={summary.data} period={moment} />
        </div>
      ) : null}
      {seesCampaigns ? <CampaignsCard /> : null}
    </div>
  );
}
