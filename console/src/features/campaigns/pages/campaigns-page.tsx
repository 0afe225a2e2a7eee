/** The list of campaigns. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { Link, useNavigate } from 'react-router';
import { CampaignStateTag } from '@/ui/campaign-state';
import { stateWords } from '@/ui/campaign-words';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { ColorTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import '../campaigns.css';
import { useSegmentName } from '../components/use-segment-name';
import { isRequest } from '../draft';
import { type Campaign, type Results, useCampaigns, useReturns } from '../queries';
import { isLaunched, knownOf, STATES } from '../stands';
import { boundsOf, findingOf } from '../verdict';
import { words as askingWords } from '../words/asking';
import { words as common } from '../words/common';
import { words } from '../words/list';

const FILTERS = ['state'] as const;

function Returned({ campaign, results }: { campaign: Campaign; results: Results | undefined }) {
  const w = useWords(words);
  const language = useLanguage();
  if (!isLaunched(campaign) || isRequest(campaign)) return '—';
  if (!results) return <span className="cp-quiet">{w.waiting}</span>;
  const { incremental, incremental_interval } = results.returned;
  const bounds = boundsOf(incremental_interval);
  const { verdict } = findingOf(results.sales, results);
  if (incremental === null || !bounds)
    return <span className="cp-quiet">{verdict === 'early' ? w.early : w.noHoldout}</span>;
  const text = (value: number) => numText(value, language, 1);
  return (
    <span className="cp-two-lines num">
      {verdict === 'untrusted' ? w.untrusted : verdict === 'none' ? w.noEffect : w.times(text(incremental))}
      <small>{w.range(text(bounds.low), text(bounds.high))}</small>
    </span>
  );
}

function When({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const { launched_at, scheduled_at, updated_at } = campaign;
  const kind = launched_at ? w.launchedAt : scheduled_at ? w.scheduledAt : w.updatedAt;
  return (
    <span className="cp-two-lines">
      <Time at={launched_at ?? scheduled_at ?? updated_at} />
      <small>{kind}</small>
    </span>
  );
}

function useColumns(returns: Map<number, Results>): DataColumn<Campaign>[] {
  const w = useWords(words);
  const c = useWords(common);
  const asking = useWords(askingWords);
  const segmentName = useSegmentName();
  const count = (key: 'treated' | 'holdout' | 'excluded', definition: string): DataColumn<Campaign> => ({
    key,
    title: c.withUnit(c[key]),
    numeric: true,
    width: 112,
    meaning: { definition, unit: c.customersLong, period: c.atLaunch },
    render: (campaign) => <Num value={campaign[`${key}_count`]} />,
  });
  return [
    {
      key: 'name',
      title: w.name,
      render: (campaign) => (
        <>
          <Link to={`/campaigns/${campaign.campaign_id}`}>{campaign.name}</Link>{' '}
          {isRequest(campaign) ? <ColorTag color="teal">{asking.consent_request}</ColorTag> : null}
        </>
      ),
    },
    { key: 'state', title: w.state, width: 130, render: ({ state }) => <CampaignStateTag state={state} /> },
    {
      key: 'segment',
      title: w.segment,
      width: 180,
      ellipsis: true,
      render: (campaign) =>
        campaign.segment_id === null ? (
          <span className="cp-quiet">{w.noSegment}</span>
        ) : (
          segmentName(campaign.segment_id, campaign)
        ),
    },
    count('treated', c.treatedMeaning),
    count('holdout', c.holdoutMeaning),
    count('excluded', c.excludedMeaning),
    {
      key: 'when',
      title: w.when,
      width: 150,
      meaning: { definition: w.whenMeaning, unit: w.timeUnit },
      render: (campaign) => <When campaign={campaign} />,
    },
    {
      key: 'returned',
      title: w.incremental,
      numeric: true,
      width: 160,
      meaning: { definition: w.incrementalMeaning, unit: w.incrementalUnit, period: w.incrementalPeriod },
      render: (campaign) => <Returned campaign={campaign} results={returns.get(campaign.campaign_id)} />,
    },
  ];
}

export function CampaignsPage() {
  const w = useWords(words);
  const states = useWords(stateWords);
  const editable = useCan('campaigns.edit');
  const navigate = useNavigate();
  const table = useTableState({ filters: FILTERS });
  const state = knownOf(STATES, table.filters.state?.[0]);
  const query = useCampaigns(state, table.params.cursor, table.params.limit);
  const launched = (query.data?.items ?? []).filter(isLaunched).map((one) => one.campaign_id);
  const button = (primary: boolean) =>
    editable ? (
      <Button
        type={primary ? 'primary' : 'default'}
        icon={<PlusOutlined />}
        onClick={() => void navigate('/campaigns/new')}
      >
        {w.new}
      </Button>
    ) : null;
  return (
    <>
      <PageHead title={w.title} desc={w.desc} extra={button(true)} />
      <DataTable<Campaign>
        label={w.table}
        rowKey="campaign_id"
        columns={useColumns(useReturns(launched))}
        query={{ ...query, isFetching: query.isPending || query.isPlaceholderData }}
        state={table}
        toolbar={
          <Select
            aria-label={w.state}
            value={state ?? ''}
            onChange={(value) => table.setFilter('state', value ? [value] : [])}
            options={[
              { value: '', label: w.allStates },
              ...STATES.map((value) => ({ value, label: states[value] })),
            ]}
            className="cp-filter"
          />
        }
        empty={{ text: w.empty, action: button(false) }}
        onRow={({ campaign_id }) => void navigate(`/campaigns/${campaign_id}`)}
        widthMin={1180}
      />
    </>
  );
}
