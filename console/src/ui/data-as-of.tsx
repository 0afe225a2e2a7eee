/** The moment up to which a page's numbers count, shown in the header by the page that knows it. */
import { ClockCircleOutlined } from '@ant-design/icons';
import { Tag, Tooltip } from 'antd';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { createPortal } from 'react-dom';
import { timeText } from './format';
import { useWords } from './i18n';
import { useBrand } from './session';
import { words } from './words';

const SlotContext = createContext<{ slot: HTMLElement | null; setSlot: (slot: HTMLElement | null) => void }>({
  slot: null,
  setSlot: () => undefined,
});

export function DataAsOfProvider({ children }: { children: ReactNode }) {
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  return <SlotContext value={{ slot, setSlot }}>{children}</SlotContext>;
}

/** Where the header wants the chip. */
export function DataAsOfSlot() {
  const { setSlot } = useContext(SlotContext);
  return <span ref={setSlot} className="data-as-of" />;
}

/** A page renders this anywhere; the chip appears in the header while the page is open. */
export function DataAsOf({ at }: { at: string | null | undefined }) {
  const w = useWords(words);
  const { slot } = useContext(SlotContext);
  const zone = useBrand().time_zone;
  if (!slot || !at) return null;
  const chip = (
    <Tooltip title={`${w.dataAsOfHelp} ${zone}`}>
      <Tag icon={<ClockCircleOutlined />} variant="outlined">
        {w.dataAsOf(timeText(at, zone))}
      </Tag>
    </Tooltip>
  );
  return createPortal(chip, slot);
}
