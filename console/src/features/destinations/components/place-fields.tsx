/** Where a new destination is: its kind, its name, and what that kind needs to be found and opened. */
import { Form, Input, Radio } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from '@/ui/i18n';
import { exportWords, kindHelp, kindWords } from '../export-words';
import { wizardWords, words } from '../words';

export type Kind = 'webhook' | 'folder' | 'bucket';

export const EMPTY_PLACE = {
  folder: '',
  endpoint: '',
  region: '',
  bucket: '',
  prefix: '',
  access_key: '',
  secret_key: '',
};
type Place = typeof EMPTY_PLACE;

/** What has to be filled in before files can be written there, and is not. */
export function useMissing(kind: Kind, place: Place): string[] {
  const { folder, bucket, accessKey, secretKey } = useWords(exportWords);
  const needed: [keyof Place, string][] =
    kind === 'folder'
      ? [['folder', folder]]
      : [
          ['bucket', bucket],
          ['access_key', accessKey],
          ['secret_key', secretKey],
        ];
  return kind === 'webhook'
    ? []
    : needed.filter(([name]) => place[name].trim() === '').map(([, label]) => label);
}

interface PlaceFieldsProps {
  kind: Kind;
  onKind: (kind: Kind) => void;
  name: string;
  url: string;
  thirdParty: boolean;
  onChange: (patch: { name?: string; url?: string; third_party?: boolean }) => void;
  place: Place;
  onPlace: (patch: Partial<Place>) => void;
  inside: boolean;
}

export function PlaceFields(props: PlaceFieldsProps) {
  const { kind, onKind, name, url, thirdParty, onChange, place, onPlace, inside } = props;
  const w = useWords(words);
  const steps = useWords(wizardWords);
  const places = useWords(exportWords);
  const kinds = useWords(kindWords);
  const help = useWords(kindHelp);
  const text = (key: keyof Place, label: string, extra?: ReactNode) => (
    <Form.Item label={label} extra={extra} htmlFor={`destination-${key}`}>
      {key === 'secret_key' ? (
        <Input.Password
          id={`destination-${key}`}
          autoComplete="new-password"
          value={place[key]}
          onChange={({ target }) => onPlace({ [key]: target.value })}
        />
      ) : (
        <Input
          id={`destination-${key}`}
          autoComplete="off"
          className="mono"
          value={place[key]}
          onChange={({ target }) => onPlace({ [key]: target.value.trim() })}
        />
      )}
    </Form.Item>
  );
  return (
    <Form layout="vertical" className="destination-form">
      <Form.Item label={places.kind} extra={help[kind]}>
        <Radio.Group
          value={kind}
          optionType="button"
          onChange={({ target }) => onKind(target.value as Kind)}
          options={(['webhook', 'folder', 'bucket'] as const).map((value) => ({
            value,
            label: kinds[value],
          }))}
        />
      </Form.Item>
      <Form.Item label={w.name} extra={steps.nameHelp} htmlFor="destination-name">
        <Input
          id="destination-name"
          maxLength={100}
          autoComplete="off"
          value={name}
          onChange={({ target }) => onChange({ name: target.value })}
        />
      </Form.Item>
      {kind === 'webhook' ? (
        <Form.Item
          label={w.address}
          extra={inside ? steps.urlHelpInside : steps.urlHelp}
          htmlFor="destination-url"
        >
          <Input
            id="destination-url"
            maxLength={2000}
            autoComplete="off"
            className="mono"
            placeholder="https://crm.example.com/webhooks/siyu"
            value={url}
            onChange={({ target }) => onChange({ url: target.value.trim() })}
          />
        </Form.Item>
      ) : null}
      <Form.Item label={w.whose} extra={thirdParty ? steps.thirdPartyHelp : steps.oursHelp}>
        <Radio.Group
          aria-label={w.whose}
          value={thirdParty}
          onChange={({ target }) => onChange({ third_party: target.value as boolean })}
          options={[
            { value: true, label: w.thirdParty },
            { value: false, label: w.ours },
          ]}
        />
      </Form.Item>
      {kind === 'folder' ? text('folder', places.folder, places.folderHelp) : null}
      {kind === 'bucket' ? (
        <>
          {text('endpoint', places.endpoint, places.endpointHelp)}
          <div className="destination-pair">
            {text('bucket', places.bucket)}
            {text('prefix', places.prefix, places.prefixHelp)}
          </div>
          {text('region', places.region, places.regionHelp)}
          <div className="destination-pair">
            {text('access_key', places.accessKey)}
            {text('secret_key', places.secretKey, places.keysHelp)}
          </div>
        </>
      ) : null}
    </Form>
  );
}
