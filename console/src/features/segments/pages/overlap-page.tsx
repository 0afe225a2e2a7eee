/** How up to five segments overlap: every combination with the customers that only it has, and that it has at least. */
import { DownloadOutlined } from '@ant-design/icons';
import { Button, Card, Select } from 'antd';
import { AsOfPicker } from '@/ui/as-of-picker';
import { DataAsOf } from '@/ui/data-as-of';
import { Definition as Meaning } from '@/ui/definition';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { useBrand } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { useUrlState } from '@/ui/use-url-state';
import '../segments.css';
import { exportOverlap, OVERLAP_MAX, OVERLAP_MIN, type Overlap, useOverlap } from '../comparing-queries';
import { words } from '../comparing-words';
import { useSegments } from '../queries';

interface Chosen {
  segmentId: number;
  name: string;
}

function Combinations({ found, chosen }: { found: Overlap; chosen: Chosen[] }) {
  const w = useWords(words);
  const period = timeText(found.as_of, useBrand().time_zone);
  const shown = found.combinations
    .filter(({ segment_ids, together }) => together > 0 || segment_ids.length === 1)
    .sort((one, other) => other.exactly - one.exactly);
  const most = Math.max(1, ...shown.map(({ exactly }) => exactly));
  const meaning = (definition: string) => ({ definition, unit: w.people, period });
  if (shown.every(({ together }) => together === 0)) return <EmptyBlock text={w.noneIn} />;
  return (
    <Card>
      <table className="overlap" aria-label={w.overlap}>
        <thead>
          <tr>
            {chosen.map(({ segmentId, name }) => (
              <th key={segmentId} scope="col" className="overlap-name">
                {name}
              </th>
            ))}
            <th scope="col" colSpan={2}>
              <Meaning of={meaning(w.exactlyMeaning)}>{w.exactly}</Meaning>
            </th>
            <th scope="col">
              <Meaning of={meaning(w.togetherMeaning)}>{w.together}</Meaning>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ segment_ids, exactly, together }) => (
            <tr key={segment_ids.join('-')}>
              {chosen.map(({ segmentId, name }) => {
                const inside = segment_ids.includes(segmentId);
                return (
                  <td key={segmentId} className="overlap-dot">
                    <i
                      className={inside ? 'in' : ''}
                      role="img"
                      aria-label={inside ? w.isIn(name) : w.isOut(name)}
                    />
                  </td>
                );
              })}
              <td className="profile-bar">
                <span className="bar-track">
                  <i style={{ width: `${(exactly / most) * 100}%` }} />
                </span>
              </td>
              <td className="num">
                <Num value={exactly} />
              </td>
              <td className="num">
                <Num value={together} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

export function OverlapPage() {
  const w = useWords(words);
  const [{ ids, as_of: asOf }, change] = useUrlState({ ids: '', as_of: '' });
  const segments = useSegments(false).data ?? [];
  const chosen = ids
    .split(',')
    .map(Number)
    .flatMap((wanted) => {
      const found = segments.find(({ segment_id }) => segment_id === wanted);
      return found ? [{ segmentId: wanted, name: found.name }] : [];
    })
    .slice(0, OVERLAP_MAX);
  const numbers = chosen.map(({ segmentId }) => segmentId);
  const enough = numbers.length >= OVERLAP_MIN;
  const query = useOverlap(numbers, asOf);
  return (
    <div className="segment">
      <DataAsOf at={enough ? query.data?.as_of : undefined} />
      <PageHead
        title={w.overlap}
        desc={w.overlapDesc}
        extra={
          <>
            <AsOfPicker value={asOf} onChange={(day) => change({ as_of: day })} />
            <Button
              icon={<DownloadOutlined />}
              disabled={!enough}
              onClick={() => void exportOverlap(numbers, asOf)}
            >
              {w.export}
            </Button>
          </>
        }
      />
      <Select
        mode="multiple"
        aria-label={w.choose}
        placeholder={w.choose}
        maxCount={OVERLAP_MAX}
        value={numbers}
        onChange={(wanted: number[]) => change({ ids: wanted.join(',') })}
        options={segments.map(({ segment_id, name }) => ({ value: segment_id, label: name }))}
        showSearch={{ optionFilterProp: 'label' }}
      />
      {enough ? (
        <StateBlock query={query} height={240}>
          {(found) => <Combinations found={found} chosen={chosen} />}
        </StateBlock>
      ) : (
        <EmptyBlock text={numbers.length === 1 ? w.chooseMore : w.overlapDesc} />
      )}
    </div>
  );
}
