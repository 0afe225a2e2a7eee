/** What is running and what ran last. */
import { Button, Card } from 'antd';
import { Link } from 'react-router';
import { CampaignStateTag } from '@/ui/campaign-state';
import { Definition } from '@/ui/definition';
import { useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { Time } from '@/ui/time';
import { type Campaign, useCampaigns } from '../queries';
import { words } from '../words';

function Rows({ items }: { items: Campaign[] }) {
  const w = useWords(words);
  const heads = [
    { title: w.audience, definition: w.audienceMeaning },
    { title: w.treated, definition: w.treatedMeaning },
    { title: w.holdout, definition: w.holdoutMeaning },
  ];
  return (
    <table className="plain-table" aria-label={w.campaigns}>
      <thead>
        <tr>
          <th scope="col">{w.campaign}</th>
          <th scope="col">{w.campaignState}</th>
          {heads.map(({ title, definition }) => (
            <th key={title} scope="col" className="end">
              <Definition of={{ unit: w.customersUnit, definition }}>{title}</Definition>
            </th>
          ))}
          <th scope="col">{w.when}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((campaign) => (
          <tr key={campaign.campaign_id}>
            <td>
              <Link to={`/campaigns/${campaign.campaign_id}`}>{campaign.name}</Link>
            </td>
            <td>
              <CampaignStateTag state={campaign.state} />
            </td>
            <td className="end">
              <Num value={campaign.audience_count} />
            </td>
            <td className="end">
              <Num value={campaign.treated_count} />
            </td>
            <td className="end">
              <Num value={campaign.holdout_count} />
            </td>
            <td>
              <Time at={campaign.launched_at ?? campaign.scheduled_at ?? campaign.updated_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function CampaignsCard() {
  const w = useWords(words);
  const query = useCampaigns(useCan('campaigns.read'));
  const editable = useCan('campaigns.edit');
  const action = editable ? (
    <Link to="/campaigns/new">
      <Button>{w.campaignNew}</Button>
    </Link>
  ) : null;
  return (
    <Card
      title={w.campaigns}
      extra={<Link to="/campaigns">{w.campaignsMore}</Link>}
      styles={{ body: { padding: '4px 16px 12px' } }}
    >
      <StateBlock
        query={query}
        height={180}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: w.campaignsEmpty, action }}
      >
        {({ items }) => <Rows items={items} />}
      </StateBlock>
    </Card>
  );
}
