/** Money, counts and shares as a person reads them, with tabular figures and an optional definition. */
import { Definition, type Meaning } from './definition';
import { moneyText, NOTHING, numText, percentText } from './format';
import { useLanguage } from './i18n';
import { useBrand } from './session';

interface NumberProps {
  meaning?: Meaning;
}

interface MoneyProps extends NumberProps {
  fen: number | null | undefined;
  /** The brand's currency unless said otherwise. */
  currency?: string;
  /** Without the decimals, for large sums. */
  whole?: boolean;
}

export function Money({ fen, currency, whole, meaning }: MoneyProps) {
  const language = useLanguage();
  const brand = useBrand();
  const text = fen == null ? NOTHING : moneyText(fen, currency ?? brand.currency, language, whole);
  return (
    <Definition of={meaning}>
      <span className="num">{text}</span>
    </Definition>
  );
}

interface NumProps extends NumberProps {
  value: number | null | undefined;
  digits?: number;
  unit?: string;
}

export function Num({ value, digits = 0, unit, meaning }: NumProps) {
  const language = useLanguage();
  const text = value == null ? NOTHING : numText(value, language, digits);
  return (
    <Definition of={meaning}>
      <span className="num">
        {text}
        {unit && value != null ? <small className="unit"> {unit}</small> : null}
      </span>
    </Definition>
  );
}

interface PercentProps extends NumberProps {
  /** 0.917 is shown as 91.7%. */
  ratio: number | null | undefined;
  digits?: number;
}

export function Percent({ ratio, digits = 1, meaning }: PercentProps) {
  const language = useLanguage();
  const text = ratio == null ? NOTHING : percentText(ratio, language, digits);
  return (
    <Definition of={meaning}>
      <span className="num">{text}</span>
    </Definition>
  );
}
