/** In which segments the customer is, and why: each condition with the value it saw. */
import { CheckOutlined, CloseOutlined } from '@ant-design/icons';
import { Button, Card, Flex } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { percentText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { EmptyBlock, ErrorBlock, StateBlock } from '@/ui/state-block';
import { ColorTag } from '@/ui/tags';
import { said, type Trait, TraitValue } from '@/ui/trait-value';
import { type Explained, type Segment, useExplanation, useSegments } from '../queries';
import { words } from '../words/customer';

const SHOWN = 8;

interface TreeProps {
  part: Explained;
  traits: Trait[];
}

/** What a condition asks of events has no name among the traits; a random share is no value of theirs. */
function ofEvents({ trait, type, zh, en }: Explained): Trait | undefined {
  if (trait !== null || type === null || type === 'number') return undefined;
  const label = { zh, en };
  return { name: '', type, unit: type === 'money' ? 'fen' : '', label, definition: label, choices: {} };
}

function Tree({ part, traits }: TreeProps) {
  const w = useWords(words);
  const language = useLanguage();
  const trait = traits.find((each) => each.name === part.trait) ?? ofEvents(part);
  const isLeaf = part.parts.length === 0;
  return (
    <li className={part.met ? 'met' : 'unmet'}>
      <span>
        {part.met ? <CheckOutlined aria-label={w.met} /> : <CloseOutlined aria-label={w.unmet} />}{' '}
        {isLeaf ? said(part)[language] : null}
        {isLeaf && trait ? (
          <small>
            {' '}
            {w.value} {part.value === null ? w.unknownValue : <TraitValue trait={trait} value={part.value} />}
          </small>
        ) : null}
        {isLeaf && !trait && typeof part.value === 'number' ? (
          <small>
            {' '}
            {w.drawnAt} {percentText(part.value, language)}
          </small>
        ) : null}
        {isLeaf ? null : <small>{said(part)[language]}</small>}
      </span>
      {isLeaf ? null : (
        <ul>
          {part.parts.map((each) => (
            <Tree key={each.path} part={each} traits={traits} />
          ))}
        </ul>
      )}
    </li>
  );
}

function SegmentRow({
  segment,
  customerId,
  traits,
}: {
  segment: Segment;
  customerId: number;
  traits: Trait[];
}) {
  const w = useWords(words);
  const query = useExplanation(segment.segment_id, customerId);
  const [open, setOpen] = useState(false);
  return (
    <li>
      <Flex gap={8} align="center">
        {query.data ? (
          <ColorTag color={query.data.met ? 'green' : 'grey'}>
            {query.data.met ? w.inside : w.outside}
          </ColorTag>
        ) : null}
        <Link to={`/segments/${segment.segment_id}`}>{segment.name}</Link>
        <Button
          type="link"
          size="small"
          aria-expanded={open}
          disabled={!query.data}
          onClick={() => setOpen(!open)}
        >
          {w.whyInside}
        </Button>
      </Flex>
      {query.error ? <ErrorBlock error={query.error} /> : null}
      {open && query.data ? (
        <ul className="explained">
          <Tree part={query.data.explained} traits={traits} />
        </ul>
      ) : null}
    </li>
  );
}

export function SegmentsCard({ customerId, traits }: { customerId: number; traits: Trait[] }) {
  const w = useWords(words);
  const query = useSegments();
  const [all, setAll] = useState(false);
  return (
    <Card title={<span title={w.segmentsHelp}>{w.segments}</span>}>
      <StateBlock query={query} height={96}>
        {(segments) => (
          <>
            {segments.length === 0 ? <EmptyBlock text={w.segmentsEmpty} /> : null}
            <ul className="in-segments">
              {segments.slice(0, all ? undefined : SHOWN).map((segment) => (
                <SegmentRow
                  key={segment.segment_id}
                  segment={segment}
                  customerId={customerId}
                  traits={traits}
                />
              ))}
            </ul>
            {segments.length > SHOWN && !all ? (
              <Button type="link" size="small" onClick={() => setAll(true)}>
                +{segments.length - SHOWN}
              </Button>
            ) : null}
          </>
        )}
      </StateBlock>
    </Card>
  );
}
