/** How a destination is set up, by whom, and who agreed. */
import { Card, Descriptions } from 'antd';
import { CopyText } from '@/ui/copy-text';
import { useWords } from '@/ui/i18n';
import { Time } from '@/ui/time';
import { exportWords } from '../export-words';
import type { Destination } from '../queries';
import { placeOf } from '../standing';
import { words } from '../words';
import { FactNames } from './fact-names';

export function Settings({ one }: { one: Destination }) {
  const w = useWords(words);
  const places = useWords(exportWords);
  const settings = one.settings as { url: string; facts: string[]; endpoint?: string };
  const webhook = () => [
    { key: 'url', label: w.address, children: <CopyText text={settings.url} /> },
    {
      key: 'facts',
      label: w.facts,
      children: <FactNames facts={settings.facts} />,
    },
    {
      key: 'who',
      label: w.identities,
      children: one.with_identities ? w.withIdentities : w.withoutIdentities,
    },
    {
      key: 'secret',
      label: w.secret,
      children: one.former_secret_until ? (
        <>
          {w.secretFormer} <Time at={one.former_secret_until} />
        </>
      ) : (
        w.secretKept
      ),
    },
  ];
  const place = [
    { key: 'place', label: w.address, children: placeOf(one) },
    ...(settings.endpoint ? [{ key: 'endpoint', label: places.endpoint, children: settings.endpoint }] : []),
  ];
  return (
    <Card className="destination-gap" title={w.settings}>
      <Descriptions
        column={1}
        size="small"
        items={[
          ...(one.kind === 'webhook' ? webhook() : place),
          { key: 'whose', label: w.whose, children: one.third_party ? w.thirdParty : w.ours },
          ...(one.reason ? [{ key: 'reason', label: w.reason, children: one.reason }] : []),
          {
            key: 'by',
            label: w.createdBy,
            children: (
              <>
                {one.created_by} · <Time at={one.created_at} />
              </>
            ),
          },
          ...(one.decided_by
            ? [
                {
                  key: 'decided',
                  label: w.decidedBy,
                  children: (
                    <>
                      {one.decided_by} · <Time at={one.decided_at} />
                    </>
                  ),
                },
              ]
            : []),
          ...(one.note ? [{ key: 'note', label: w.note, children: one.note }] : []),
        ]}
      />
    </Card>
  );
}
