/** One event: how much of it came, what it carries, how it is defined. */
import { App, Button, Card, Flex, Progress } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { ChartCard } from '@/ui/chart-card';
import { axisTooltip, categoryAxis, chartGrid, lineSeries, valueAxis } from '@/ui/chart-options';
import { ConfirmButton } from '@/ui/confirm-button';
import { Definition } from '@/ui/definition';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { JsonView } from '@/ui/json-view';
import { Percent } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import '../events.css';
import { DefinitionForm } from '../components/definition-form';
import { OriginTag } from '../components/origin-tag';
import { dailySeries, propertyLines, shortTitle } from '../coverage';
import { type EventDetail, useCatalogueActions, useEventDetail } from '../queries';
import { detailWords, typeWords, words } from '../words/catalogue';

function VolumeCard({ event }: { event: EventDetail }) {
  const w = useWords(detailWords);
  const names = useWords(words);
  const language = useLanguage();
  const format = (value: number) => numText(value, language);
  if (event.days.length === 0)
    return (
      <Card title={w.volume}>
        <EmptyBlock text={w.noVolume} />
      </Card>
    );
  const series = dailySeries(event.days, new Date().toISOString().slice(0, 10));
  return (
    <ChartCard
      title={w.volume}
      meaning={{ definition: names.volumeMeaning, unit: names.volumeUnit }}
      label={w.volumeLabel(format(series.reduce((sum, { events }) => sum + events, 0)))}
      height={220}
      table={{
        columns: [w.day, w.volumeAxis],
        rows: series.map(({ day, events }) => [day, format(events)]),
      }}
      option={{
        grid: chartGrid({ axisNames: true }),
        tooltip: axisTooltip(format),
        xAxis: categoryAxis(series.map(({ day }) => day.slice(5))),
        yAxis: valueAxis(w.volumeAxis, format),
        series: [
          lineSeries(
            w.volumeAxis,
            series.map(({ events }) => events),
            true,
          ),
        ],
      }}
    />
  );
}

function PropertiesCard({ event }: { event: EventDetail }) {
  const w = useWords(detailWords);
  const types: Record<string, string> = useWords(typeWords);
  const language = useLanguage();
  const lines = propertyLines(event);
  const looked = event.rows_looked_at ? w.lookedAt(numText(event.rows_looked_at, language)) : '';
  return (
    <Card
      title={w.properties}
      extra={<span className="quiet">{looked}</span>}
      styles={{ body: { padding: '4px 16px 12px' } }}
    >
      {lines.length === 0 ? <EmptyBlock text={w.noProperties} /> : null}
      {lines.length > 0 ? (
        <table className="event-table" aria-label={w.properties}>
          <thead>
            <tr>
              <th scope="col">{w.property}</th>
              <th scope="col">{w.type}</th>
              <th scope="col" style={{ width: 220 }}>
                <Definition of={{ definition: w.coverageMeaning, unit: w.coverageUnit }}>
                  {w.coverage}
                </Definition>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ name, declared, coverage }) => (
              <tr key={name}>
                <td>
                  <code>{name}</code>{' '}
                  {declared?.required ? <ToneTag tone="neutral">{w.required}</ToneTag> : null}{' '}
                  {declared?.personal ? <ToneTag tone="warning">{w.personal}</ToneTag> : null}
                </td>
                <td>
                  {declared ? (
                    (types[declared.type] ?? declared.type)
                  ) : (
                    <span className="quiet">{w.undeclared}</span>
                  )}
                </td>
                <td>
                  {coverage === undefined ? (
                    <span className="quiet">{declared?.personal ? w.personalHelp : '—'}</span>
                  ) : (
                    <Flex gap={8} align="center">
                      <Progress percent={coverage * 100} size="small" showInfo={false} aria-label={name} />
                      <Percent ratio={coverage} />
                    </Flex>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </Card>
  );
}

function VersionsCard({ event }: { event: EventDetail }) {
  const w = useWords(detailWords);
  if (event.versions.length === 0) return null;
  return (
    <Card title={w.versions} styles={{ body: { padding: '4px 16px 12px' } }}>
      <table className="event-table" aria-label={w.versions}>
        <tbody>
          {event.versions.map((one) => (
            <tr key={one.version}>
              <td>
                <b>{w.version(one.version)}</b>
              </td>
              <td className="property-names">
                {one.properties.map(({ name }) => (
                  <code key={name}>{name}</code>
                ))}
              </td>
              <td>{one.created_by}</td>
              <td>
                <Time at={one.created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Actions({ event, onEdit }: { event: EventDetail; onEdit: () => void }) {
  const w = useWords(detailWords);
  const { message } = App.useApp();
  const { retire, restore } = useCatalogueActions();
  const back = () => restore(event.name).then(() => void message.success(w.restoredDone));
  return (
    <Flex gap={8}>
      <Link to={`/events/rejects?event=${encodeURIComponent(event.name)}`}>
        <Button>{w.goRejects}</Button>
      </Link>
      {event.retired_at ? (
        <ConfirmButton question={w.restore} onConfirm={back}>
          {w.restore}
        </ConfirmButton>
      ) : (
        <ConfirmButton
          danger
          question={w.retireQuestion(event.name)}
          detail={w.retireDetail}
          okText={w.retire}
          onConfirm={() => retire(event.name).then(() => void message.success(w.retiredDone))}
        >
          {w.retire}
        </ConfirmButton>
      )}
      <Button type="primary" onClick={onEdit}>
        {event.origin === 'unknown' ? w.defineThis : w.edit}
      </Button>
    </Flex>
  );
}

function Detail({ event }: { event: EventDetail }) {
  const w = useWords(detailWords);
  const language = useLanguage();
  const edits = useCan('events.edit') && event.origin !== 'standard';
  const [editing, setEditing] = useState(false);
  const whole = language === 'zh-CN' ? event.title_zh : event.title_en;
  const title = shortTitle(whole) || event.name;
  return (
    <>
      <PageHead
        title={title}
        desc={
          <>
            <code>{event.name}</code> {event.version ? w.version(event.version) : w.untitled}
            {whole === title || !whole ? null : ` · ${whole.replaceAll('`', '')}`}
            {event.retired_at ? (
              <>
                {' · '}
                {w.retiredSince} <Time at={event.retired_at} />
              </>
            ) : null}
          </>
        }
        tag={<OriginTag origin={event.origin} />}
        extra={edits ? <Actions event={event} onEdit={() => setEditing(true)} /> : null}
      />
      <div className="event-page">
        <VolumeCard event={event} />
        <PropertiesCard event={event} />
        <Card title={w.sample} extra={<span className="quiet">{w.sampleHelp}</span>}>
          {event.sample ? (
            <JsonView value={event.sample} label="properties" />
          ) : (
            <EmptyBlock text={w.noSample} />
          )}
        </Card>
        <VersionsCard event={event} />
      </div>
      {editing ? <DefinitionForm event={event} onClose={() => setEditing(false)} /> : null}
    </>
  );
}

export function EventPage() {
  const { name = '' } = useParams();
  const query = useEventDetail(name);
  return (
    <StateBlock query={query} height={480}>
      {(event) => <Detail event={event} />}
    </StateBlock>
  );
}
