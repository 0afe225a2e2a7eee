/** The colour tokens as CSS variables on the root, for the style sheets. */
import { tokens } from './tokens';

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Style sheets may say var(--tone-primary), var(--tone-text-secondary) and so on. */
export function paintRoot(root: HTMLElement): void {
  for (const [name, value] of Object.entries(tokens.color))
    root.style.setProperty(`--tone-${kebab(name)}`, value);
  root.style.setProperty('--font', tokens.font.family);
  root.style.setProperty('--font-mono', tokens.font.mono);
}
