/** Every trait that the brand has, by topic: found by name, code or definition. */
import { PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Flex, Segmented, Select } from 'antd';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { SearchBox } from '@/ui/search-box';
import { useCan } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { said } from '@/ui/trait-value';
import { useUrlState } from '@/ui/use-url-state';
import '../traits.css';
import { TopicTable } from '../components/topic-table';
import { groupsOf, ORIGINS } from '../listing';
import { type Trait, useOwnTraits, useTraits, useTraitUses } from '../queries';
import { originWords, topicWords, words } from '../words';

const NO_USES: ReadonlyMap<string, never[]> = new Map();

/** Traits of the brand's own that a change elsewhere made unreadable: they are in no list else. */
function Broken() {
  const w = useWords(words);
  const language = useLanguage();
  const broken = (useOwnTraits().data ?? []).filter(({ fault }) => fault);
  if (broken.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      className="traits-broken"
      title={w.brokenTitle}
      description={
        <ul>
          {broken.map(({ name, label, fault }) => (
            <li key={name}>
              <Link to={`/traits/${name}`}>{said(label)[language]}</Link> {fault ? said(fault)[language] : ''}
            </li>
          ))}
        </ul>
      }
    />
  );
}

function Listed({ traits }: { traits: Trait[] }) {
  const w = useWords(words);
  const topics = useWords(topicWords);
  const origins = useWords(originWords);
  const language = useLanguage();
  const [asked, change] = useUrlState({ q: '', topic: '', origin: '' });
  const uses = useTraitUses().data ?? NO_USES;
  const groups = useMemo(() => groupsOf(traits, asked, language), [traits, asked, language]);
  const shown = asked.topic ? groups.filter(({ topic }) => topic === asked.topic) : groups;
  const count = groups.reduce((sum, group) => sum + group.traits.length, 0);
  const choices = groups.map(({ topic, traits: some }) => ({
    value: topic,
    label: `${topics[topic]} ${some.length}`,
  }));
  return (
    <Card>
      <Flex gap={12} wrap className="traits-bar">
        <SearchBox value={asked.q} placeholder={w.search} onSearch={(q) => change({ q })} width={280} />
        <Select
          aria-label={w.topic}
          value={asked.topic}
          onChange={(topic: string) => change({ topic })}
          options={[{ value: '', label: `${w.topic}: ${w.all} ${count}` }, ...choices]}
          popupMatchSelectWidth={false}
          style={{ minWidth: 180 }}
        />
        <Segmented
          aria-label={w.origin}
          value={asked.origin}
          onChange={(origin: string) => change({ origin })}
          options={[
            { value: '', label: w.all },
            ...ORIGINS.map((origin) => ({ value: origin, label: origins[origin] })),
          ]}
        />
      </Flex>
      {shown.length > 0 ? (
        <TopicTable groups={shown} uses={uses} />
      ) : (
        <EmptyBlock
          text={w.noMatch}
          action={<Button onClick={() => change({ q: '', topic: '', origin: '' })}>{w.clear}</Button>}
        />
      )}
    </Card>
  );
}

export function TraitsPage() {
  const w = useWords(words);
  const edits = useCan('segments.edit');
  const query = useTraits();
  return (
    <>
      <PageHead
        title={w.title}
        desc={w.desc}
        extra={
          edits ? (
            <Link to="/traits/own/new">
              <Button type="primary" icon={<PlusOutlined />}>
                {w.create}
              </Button>
            </Link>
          ) : null
        }
      />
      <Broken />
      <StateBlock query={query} height={400}>
        {(traits) => <Listed traits={traits} />}
      </StateBlock>
    </>
  );
}
