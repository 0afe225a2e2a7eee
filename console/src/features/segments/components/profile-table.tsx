/** One dimension of a profile: each value's share in the segment beside its share among all, and the index. */
import { Card } from 'antd';
import { Definition as Meaning } from '@/ui/definition';
import { NOTHING, numText, percentText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import type { Dimension } from '../comparing-queries';
import { words } from '../comparing-words';

const MUCH = 120;
const LITTLE = 80;

const toneOf = (tgi: number | null): string =>
  tgi === null ? '' : tgi >= MUCH ? 'much' : tgi <= LITTLE ? 'little' : '';

export function ProfileTable({ dimension, period }: { dimension: Dimension; period: string }) {
  const w = useWords(words);
  const language = useLanguage();
  const title = language === 'en' ? dimension.en : dimension.zh;
  const meaning = (definition: string, unit: string) => ({ definition, unit, period });
  return (
    <Card size="small" title={title} className="profile-card">
      <table className="profile" aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{w.part}</th>
            <th scope="col" colSpan={2}>
              <Meaning of={meaning(w.inSegmentMeaning, w.people)}>{w.inSegment}</Meaning>
            </th>
            <th scope="col">
              <Meaning of={meaning(w.ofAllMeaning, w.people)}>{w.ofAll}</Meaning>
            </th>
            <th scope="col">
              <Meaning of={meaning(w.tgiMeaning, w.tgiUnit)}>{w.tgi}</Meaning>
            </th>
          </tr>
        </thead>
        <tbody>
          {dimension.parts.map((part) => (
            <tr key={part.value ?? ''}>
              <th scope="row">{language === 'en' ? part.en : part.zh}</th>
              <td className="profile-bar">
                <span className="bar-track">
                  <i style={{ width: `${part.share * 100}%` }} />
                </span>
              </td>
              <td className="num">
                {percentText(part.share, language)}{' '}
                <small className="unit">{numText(part.customers, language)}</small>
              </td>
              <td className="num">
                {percentText(part.share_of_all, language)}{' '}
                <small className="unit">{numText(part.customers_of_all, language)}</small>
              </td>
              <td className={`num tgi ${toneOf(part.tgi)}`}>
                {part.tgi === null ? NOTHING : numText(Math.round(part.tgi), language)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {dimension.left_out > 0 ? <p className="quiet">{w.leftOut(dimension.left_out)}</p> : null}
    </Card>
  );
}
