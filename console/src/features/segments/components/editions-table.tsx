/** How the stored members of a segment came to be: each update, its source, who made it, who entered and left. */
import { type DataColumn, DataTable } from '@/ui/data-table';
import { NOTHING, numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { Time } from '@/ui/time';
import { type Edition, useEditions } from '../members-queries';
import { words } from '../members-words';

export function EditionsTable({ segmentId }: { segmentId: number }) {
  const w = useWords(words);
  const language = useLanguage();
  const query = useEditions(segmentId);
  const number = (key: 'customers' | 'entered' | 'departed', title: string, definition: string) => ({
    key,
    title,
    width: 110,
    numeric: true,
    meaning: { unit: w.people, definition },
    render: (row: Edition) => <Num value={row[key]} />,
  });
  const columns: DataColumn<Edition>[] = [
    { key: 'edition', title: w.edition, width: 90, numeric: true },
    {
      key: 'title',
      title: w.source,
      render: (row) => w.sourceOf(row.source, row.title),
    },
    number('customers', w.size, w.sizeMeaning),
    number('entered', w.entered, w.enteredMeaning),
    number('departed', w.left, w.leftMeaning),
    {
      key: 'listed',
      title: w.lines,
      width: 190,
      meaning: { unit: w.linesUnit, definition: w.linesMeaning },
      render: (row) =>
        row.source === 'snapshot' ? (
          NOTHING
        ) : (
          <span className="num">
            {numText(row.listed, language)}
            {row.unknown > 0 ? (
              <small className="unit">{w.unknownOf(numText(row.unknown, language))}</small>
            ) : null}
          </span>
        ),
    },
    { key: 'made_by', title: w.madeBy, width: 110, ellipsis: true },
    { key: 'made_at', title: w.madeAt, width: 150, render: (row) => <Time at={row.made_at} /> },
  ];
  return (
    <DataTable<Edition>
      label={w.editions}
      title={
        <span>
          {w.editions} <small className="unit">{w.editionsDesc}</small>
        </span>
      }
      rowKey="edition"
      columns={columns}
      query={{ ...query, data: query.data ? { items: query.data } : undefined }}
      widthMin={960}
    />
  );
}
