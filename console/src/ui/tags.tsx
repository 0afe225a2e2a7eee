/** Words with a colour: lifecycle stages, states of work, reasons. The word always says it; the colour only helps. */
import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from './i18n';
import { tokens } from './tokens';
import { stageWords } from './words';

export type TagColor = keyof typeof tokens.tag;

/** A word on a tinted ground. */
export function ColorTag({ color, children }: { color: TagColor; children: ReactNode }) {
  const { ink, ground } = tokens.tag[color];
  return (
    <span className="tag" style={{ color: ink, background: ground }}>
      {children}
    </span>
  );
}

export const STAGES = ['introduction', 'growth', 'maturity', 'dormant', 'lost'] as const;
export type Stage = (typeof STAGES)[number];

/** One colour for each stage, the same in tags and charts' legends. */
export const STAGE_COLOR: Record<Stage, TagColor> = {
  introduction: 'teal',
  growth: 'indigo',
  maturity: 'green',
  dormant: 'amber',
  lost: 'red',
};

const isStage = (text: string): text is Stage => STAGES.some((stage) => stage === text);

/** The lifecycle stage of a customer; an unknown code is shown as it is. */
export function StageTag({ stage }: { stage: string | null | undefined }) {
  const w = useWords(stageWords);
  if (!stage) return null;
  return isStage(stage) ? (
    <ColorTag color={STAGE_COLOR[stage]}>{w[stage]}</ColorTag>
  ) : (
    <ColorTag color="grey">{stage}</ColorTag>
  );
}

export type Tone = 'neutral' | 'running' | 'good' | 'warning' | 'bad';

const TONE_COLOR: Record<Tone, TagColor> = {
  neutral: 'grey',
  running: 'indigo',
  good: 'green',
  warning: 'amber',
  bad: 'red',
};

/** The state of a job, campaign or message. */
export function ToneTag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <ColorTag color={TONE_COLOR[tone]}>{children}</ColorTag>;
}

interface ReasonTagProps {
  /** The permanent reason code, shown on hover so that it can be looked up. */
  code: string;
  /** The reason in the reader's words; the code itself where a module has no word for it. */
  label?: string;
  tone?: Tone;
  /** What to do about it. */
  help?: string;
}

export function ReasonTag({ code, label, tone = 'neutral', help }: ReasonTagProps) {
  return (
    <Tooltip title={help ? `${help} (${code})` : code}>
      {/* The tooltip needs an element that takes its handlers. */}
      <span>
        <ColorTag color={TONE_COLOR[tone]}>{label ?? code}</ColorTag>
      </span>
    </Tooltip>
  );
}
