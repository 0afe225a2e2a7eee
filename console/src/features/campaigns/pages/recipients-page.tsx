/** What a campaign decided about each customer of its segment. */
import { Flex, Select } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { partWords, reasonWords } from '@/ui/campaign-words';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { ExportModal } from '@/ui/export-modal';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { ReasonTag, ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import '../campaigns.css';
import { exportRecipients, type Recipient, useCampaign, useRecipients } from '../queries';
import { EXCLUSIONS, knownOf, RECIPIENT_STATES, RECIPIENT_TONE } from '../stands';
import { reasonHelp } from '../words/common';
import { words } from '../words/list';

const FILTERS = ['state', 'reason'] as const;

function useColumns(): DataColumn<Recipient>[] {
  const w = useWords(words);
  const parts = useWords(partWords);
  const reasons = useWords(reasonWords);
  const help = useWords(reasonHelp);
  const opens = useCan('customers.read');
  return [
    {
      key: 'customer_id',
      title: w.customer,
      width: 140,
      render: ({ customer_id }) =>
        opens ? <Link to={`/customers/${customer_id}`}>{customer_id}</Link> : customer_id,
    },
    {
      key: 'state',
      title: w.part,
      width: 140,
      meaning: { definition: w.partMeaning, unit: w.partUnit },
      render: ({ state }) => <ToneTag tone={RECIPIENT_TONE[state]}>{parts[state]}</ToneTag>,
    },
    {
      key: 'reason',
      title: w.reason,
      meaning: { definition: w.reasonMeaning, unit: w.partUnit },
      render: ({ reason, left_out: leftOut }) =>
        leftOut ? (
          <>
            <ReasonTag code="same_person" label={reasons.same_person} />{' '}
            <Link to={`/customers/${leftOut.customer_id}`}>{w.countsAs(leftOut.customer_id)}</Link>
          </>
        ) : reason ? (
          <>
            <ReasonTag code={reason} label={reasons[reason]} />{' '}
            <span className="cp-quiet">{help[reason]}</span>
          </>
        ) : (
          '—'
        ),
    },
    {
      key: 'assigned_at',
      title: w.assignedAt,
      width: 190,
      render: ({ assigned_at }) => <Time at={assigned_at} />,
    },
  ];
}

export function RecipientsPage() {
  const w = useWords(words);
  const parts = useWords(partWords);
  const reasons = useWords(reasonWords);
  const campaignId = Number(useParams().campaignId);
  const campaign = useCampaign(campaignId);
  const table = useTableState({ filters: FILTERS });
  const reason = knownOf(EXCLUSIONS, table.filters.reason?.[0]);
  const state = reason ? 'excluded' : knownOf(RECIPIENT_STATES, table.filters.state?.[0]);
  const { cursor, limit } = table.params;
  const query = useRecipients({ campaignId, state, reason, cursor, limit });
  const name = campaign.data?.name;
  const language = useLanguage();
  const exports = useCan('customers.export');
  const [isExporting, setExporting] = useState(false);
  return (
    <>
      <PageHead
        title={w.recipients}
        desc={
          name ? (
            <>
              <Link to={`/campaigns/${campaignId}`}>{name}</Link> · {w.recipientsDesc}
            </>
          ) : null
        }
      />
      <DataTable<Recipient>
        label={w.recipientsTable}
        rowKey="customer_id"
        columns={useColumns()}
        query={query}
        state={table}
        toolbar={
          <Flex gap={8}>
            <Select
              aria-label={w.part}
              value={state ?? ''}
              className="cp-filter"
              onChange={(value) => table.setFilters({ state: value ? [value] : [], reason: [] })}
              options={[
                { value: '', label: w.allParts },
                ...RECIPIENT_STATES.map((value) => ({ value, label: parts[value] })),
              ]}
            />
            <Select
              aria-label={w.reason}
              value={reason ?? ''}
              className="cp-filter"
              onChange={(value) =>
                table.setFilters({ reason: value ? [value] : [], state: value ? ['excluded'] : [] })
              }
              options={[
                { value: '', label: w.allReasons },
                ...EXCLUSIONS.map((value) => ({ value, label: reasons[value] })),
              ]}
            />
          </Flex>
        }
        {...(exports ? { onExport: async () => setExporting(true) } : {})}
        empty={{ text: w.recipientsEmpty }}
        widthMin={760}
      />
      <ExportModal
        open={isExporting}
        title={w.recipientsExport}
        text={w.recipientsExportText(numText(query.data?.total ?? 0, language))}
        onExport={(why) => exportRecipients(campaignId, { state, exclusion: reason, reason: why })}
        onClose={() => setExporting(false)}
      />
    </>
  );
}
