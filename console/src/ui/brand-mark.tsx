/** The mark of Siyu: one line that turns round and comes back; the dot it leads to is the customer. */
import { tokens as t } from './tokens';

const LINE = 'M17.4 6.6H14a5 5 0 0 0-5 5 4.6 4.6 0 0 0 4.6 4.6h4.8a4.6 4.6 0 0 1 4.6 4.6 5 5 0 0 1-5 5h-8';

/** The bare line, for backgrounds. */
export function BrandLine() {
  return <path d={LINE} stroke="currentColor" strokeWidth="3.4" strokeLinecap="round" />;
}

interface BrandMarkProps {
  size?: number;
  /** `tile` is the app icon; `line` is the bare mark in the text colour, for dark grounds. */
  look?: 'tile' | 'line';
}

export function BrandMark({ size = 26, look = 'tile' }: BrandMarkProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      aria-hidden="true"
      style={{ flex: 'none' }}
    >
      {look === 'tile' ? <rect width="32" height="32" rx="8" fill={t.color.primary} /> : null}
      <g color={look === 'tile' ? '#fff' : 'inherit'}>
        <BrandLine />
      </g>
      <circle cx="23.4" cy="6.7" r="2.5" fill={t.color.accent} />
    </svg>
  );
}

/** The mark with the name beside it. */
export function BrandName({ size = 26 }: { size?: number }) {
  return (
    <span className="brand-name">
      <BrandMark size={size} />
      <span>
        思屿 <b>Siyu</b>
      </span>
    </span>
  );
}
