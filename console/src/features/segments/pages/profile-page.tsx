/** What a segment's customers are like beside all customers, and some of them. */
import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Link, useParams } from 'react-router';
import { AsOfPicker } from '@/ui/as-of-picker';
import { DataAsOf } from '@/ui/data-as-of';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { numText, timeText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { useBrand, useCan } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { Time } from '@/ui/time';
import { useUrlState } from '@/ui/use-url-state';
import '../segments.css';
import { exportProfile, useProfile, useSample } from '../comparing-queries';
import { words } from '../comparing-words';
import { ProfileTable } from '../components/profile-table';
import { useSegment } from '../queries';

type Row = NonNullable<ReturnType<typeof useSample>['data']>['items'][number];

function Sample({ segmentId, asOf }: { segmentId: number; asOf: string }) {
  const w = useWords(words);
  const query = useSample(segmentId, asOf, true);
  const columns: DataColumn<Row>[] = [
    {
      key: 'name',
      title: w.customer,
      render: (row) => <Link to={`/customers/${row.customer_id}`}>{row.name || w.noName}</Link>,
    },
    { key: 'phone', title: w.phone, width: 150 },
    { key: 'member_no', title: w.memberNo, width: 150, ellipsis: true },
    { key: 'province', title: w.province, width: 110 },
    {
      key: 'orders',
      title: w.orders,
      width: 100,
      numeric: true,
      render: (row) => <Num value={row.orders} />,
    },
    {
      key: 'last_order_at',
      title: w.lastOrder,
      width: 160,
      render: (row) => <Time at={row.last_order_at} />,
    },
  ];
  return (
    <DataTable<Row>
      label={w.sample}
      title={
        <span>
          {w.sample} <small className="unit">{w.sampleDesc}</small>
        </span>
      }
      rowKey="customer_id"
      columns={columns}
      query={{ ...query, data: query.data ? { items: query.data.items } : undefined }}
      widthMin={800}
    />
  );
}

function ProfileBody({ segmentId, name }: { segmentId: number; name: string }) {
  const w = useWords(words);
  const language = useLanguage();
  const zone = useBrand().time_zone;
  const sees = useCan('customers.read');
  const [{ as_of: asOf }, change] = useUrlState({ as_of: '' });
  const query = useProfile(segmentId, asOf);
  const found = query.data;
  return (
    <div className="segment">
      <DataAsOf at={found?.as_of} />
      <PageHead
        title={w.profileOf(name)}
        desc={
          found
            ? `${w.profileDesc} ${w.sizes(numText(found.count, language), numText(found.customers, language))}`
            : w.profileDesc
        }
        extra={
          <>
            <AsOfPicker value={asOf} onChange={(day) => change({ as_of: day })} />
            <Link to={`/segments/${segmentId}`}>
              <Button>{w.edit}</Button>
            </Link>
            <Button icon={<DownloadOutlined />} onClick={() => void exportProfile(segmentId, asOf)}>
              {w.export}
            </Button>
          </>
        }
      />
      <StateBlock query={query} height={320}>
        {({ dimensions, count, as_of }) =>
          count === 0 ? (
            <EmptyBlock text={w.emptySegment} />
          ) : (
            <div className="profile-cards">
              {dimensions.map((dimension) => (
                <ProfileTable key={dimension.name} dimension={dimension} period={timeText(as_of, zone)} />
              ))}
            </div>
          )
        }
      </StateBlock>
      {sees && found && found.count > 0 ? <Sample segmentId={segmentId} asOf={asOf} /> : null}
    </div>
  );
}

export function ProfilePage() {
  const { segmentId: text } = useParams();
  const segmentId = Number(text);
  const query = useSegment(segmentId);
  return (
    <StateBlock query={query} height={320}>
      {(segment) => <ProfileBody segmentId={segmentId} name={segment.name} />}
    </StateBlock>
  );
}
