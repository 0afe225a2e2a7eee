/** Text is readable: 4.5:1 on the grounds it stands on (WCAG 2.2, 1.4.3). */
import { tokens } from './tokens';

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const { color, tag } = tokens;

test.each(Object.entries(tag))('a %s tag is readable', (_name, { ink, ground }) => {
  expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5);
});

test.each([
  ['text', color.text, color.bgContainer],
  ['secondary text', color.textSecondary, color.bgContainer],
  ['secondary text on the page', color.textSecondary, color.bgLayout],
  ['tertiary text', color.textTertiary, color.bgContainer],
  ['placeholder', color.placeholder, color.bgContainer],
  ['links', color.primary, color.bgContainer],
  ['a selected link in the navigation', color.primary, color.primarySoft],
  ['white on a primary button', '#FFFFFF', color.primary],
  ['white on a hovered primary button', '#FFFFFF', color.primaryHover],
  ['good news', color.success, color.bgContainer],
  ['bad news', color.error, color.bgContainer],
  ['a warning', color.warningText, color.bgContainer],
  ['a table head', color.textSecondary, color.bgHeader],
])('%s is readable', (_name, ink, ground) => {
  expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5);
});
