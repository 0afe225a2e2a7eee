/** Formulas as people type them, `sales_fen / max(orders, 1)`, and as the server stores them, each made from the other. */
import { isObject } from '@/ui/condition-tree';

export const FUNCTIONS = ['min', 'max', 'coalesce', 'round'] as const;
type Sign = '+' | '-' | '*' | '/';
type Operation = Sign | (typeof FUNCTIONS)[number];

/** Where a piece of the text begins and ends. */
export type Span = [number, number];

export interface FormulaFault {
  kind: 'unexpected' | 'unfinished' | 'function' | 'bracket' | 'digits' | 'unknown';
  span: Span;
}

export interface FormulaRead {
  /** What the server is sent; nothing while the text cannot be read. */
  formula: unknown;
  fault: FormulaFault | undefined;
  /** The traits that are named, each once. */
  names: string[];
  /** Which piece of the text stands at a place that a refusal names. */
  places: Map<string, Span>;
}

/** The traits that are numbers; plain numbers beside money are entered in the currency's unit, stored in its smallest. */
export interface Amounts {
  knows: (name: string) => boolean;
  isMoney: (name: string) => boolean;
  scale: number;
}

type Node =
  | { kind: 'number'; value: number; span: Span }
  | { kind: 'trait'; name: string; span: Span }
  | { kind: 'made'; operation: Operation; parts: Node[]; digits?: number; bracketed?: boolean; span: Span };

interface Token {
  text: string;
  span: Span;
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([a-z][a-z0-9_]*)|([-+*/(),]))/gy;
const BINDS: Record<Sign, number> = { '+': 1, '-': 1, '*': 2, '/': 2 };
const ALIKE = new Set<Operation>(['+', '-', 'min', 'max', 'coalesce']);

class Unreadable extends Error {
  readonly fault: FormulaFault;
  constructor(kind: FormulaFault['kind'], span: Span) {
    super(kind);
    this.fault = { kind, span };
  }
}

/** Signs as they are written in Chinese texts and in print count as the plain ones. */
const plain = (text: string): string =>
  text
    .replace(/[×✕]/g, '*')
    .replace(/÷/g, '/')
    .replace(/[−–]/g, '-')
    .replace(/（/g, '(')
    .replace(/）/g, ')')
    .replace(/[，、]/g, ',');

function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  while (end < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    const token = match?.[1] ?? match?.[2] ?? match?.[3];
    if (!match || token === undefined) {
      const start = end + (text.slice(end).match(/^\s*/)?.[0].length ?? 0);
      throw new Unreadable('unexpected', [start, start + 1]);
    }
    end = TOKEN.lastIndex;
    found.push({ text: token, span: [end - token.length, end] });
  }
  return found;
}

/** Reads sums of products of parts, from the left. */
class Parser {
  private readonly tokens: Token[];
  private readonly end: number;
  private at = 0;

  constructor(text: string) {
    this.tokens = tokensOf(text);
    this.end = text.length;
  }

  whole(): Node {
    const found = this.sum();
    const rest = this.tokens[this.at];
    if (rest) throw new Unreadable(rest.text === ')' ? 'bracket' : 'unexpected', rest.span);
    return found;
  }

  private take(...texts: string[]): Token | undefined {
    const token = this.tokens[this.at];
    if (!token || !texts.includes(token.text)) return undefined;
    this.at += 1;
    return token;
  }

  private sum(): Node {
    return this.chain(['+', '-'], () => this.product());
  }

  private product(): Node {
    return this.chain(['*', '/'], () => this.part());
  }

  private chain(signs: Sign[], next: () => Node): Node {
    let left = next();
    for (let sign = this.take(...signs); sign; sign = this.take(...signs)) {
      const right = next();
      const operation = sign.text as Sign;
      const span: Span = [left.span[0], right.span[1]];
      const joins = operation === '+' || operation === '*';
      if (joins && left.kind === 'made' && left.operation === operation && !left.bracketed)
        left = { ...left, parts: [...left.parts, right], span };
      else left = { kind: 'made', operation, parts: [left, right], span };
    }
    return left;
  }

  private part(): Node {
    const token = this.tokens[this.at];
    if (!token) throw new Unreadable('unfinished', [Math.max(0, this.end - 1), this.end]);
    this.at += 1;
    if (/^\d/.test(token.text)) return { kind: 'number', value: Number(token.text), span: token.span };
    if (token.text === '-') return this.negative(token);
    if (token.text === '(') {
      const inner = this.sum();
      const close = this.close(token);
      return inner.kind === 'made'
        ? { ...inner, bracketed: true, span: [token.span[0], close.span[1]] }
        : inner;
    }
    if (!/^[a-z]/.test(token.text)) throw new Unreadable('unexpected', token.span);
    return this.take('(') ? this.call(token) : { kind: 'trait', name: token.text, span: token.span };
  }

  private negative(sign: Token): Node {
    const found = this.part();
    const span: Span = [sign.span[0], found.span[1]];
    if (found.kind === 'number') return { ...found, value: -found.value, span };
    return {
      kind: 'made',
      operation: '*',
      parts: [found, { kind: 'number', value: -1, span: sign.span }],
      bracketed: true,
      span,
    };
  }

  private call(name: Token): Node {
    const operation = FUNCTIONS.find((one) => one === name.text);
    if (!operation) throw new Unreadable('function', name.span);
    const parts = [this.sum()];
    while (this.take(',')) parts.push(this.sum());
    const span: Span = [name.span[0], this.close(name).span[1]];
    if (operation !== 'round') return { kind: 'made', operation, parts, bracketed: true, span };
    const [rounded, digits, ...others] = parts as [Node, ...Node[]];
    if (others.length > 0 || (digits && digits.kind !== 'number')) throw new Unreadable('digits', span);
    const places = digits?.kind === 'number' ? { digits: digits.value } : {};
    return { kind: 'made', operation, parts: [rounded], ...places, bracketed: true, span };
  }

  private close(opened: Token): Token {
    const token = this.take(')');
    if (token) return token;
    const next = this.tokens[this.at];
    throw next ? new Unreadable('unexpected', next.span) : new Unreadable('bracket', opened.span);
  }
}

/** Whether a part is money, as the server reads it. */
function moneyIn(node: Node, amounts: Amounts): boolean {
  if (node.kind === 'number') return false;
  if (node.kind === 'trait') return amounts.isMoney(node.name);
  const money = node.parts.map((part) => moneyIn(part, amounts));
  if (node.operation === 'round') return false;
  if (node.operation === '/') return money[0] === true && money[1] === false;
  return money.some(Boolean);
}

class Writer {
  readonly places = new Map<string, Span>();
  readonly names = new Set<string>();
  private readonly amounts: Amounts;

  constructor(amounts: Amounts) {
    this.amounts = amounts;
  }

  write(node: Node, path: string, beside: boolean): unknown {
    this.places.set(path, node.span);
    if (node.kind === 'number') return beside ? Math.round(node.value * this.amounts.scale) : node.value;
    if (node.kind === 'trait') {
      if (!this.amounts.knows(node.name)) throw new Unreadable('unknown', node.span);
      this.names.add(node.name);
      return { trait: node.name };
    }
    const { operation, parts } = node;
    const place = `${path}.${operation}`;
    if (operation === 'round') {
      const rounded = this.write(parts[0] as Node, place, false);
      return node.digits === undefined ? { round: rounded } : { round: rounded, digits: node.digits };
    }
    const fen = ALIKE.has(operation) && moneyIn(node, this.amounts);
    return { [operation]: parts.map((part, index) => this.write(part, `${place}[${index}]`, fen)) };
  }
}

/** What a typed formula means. */
export function readFormula(text: string, amounts: Amounts): FormulaRead {
  const writer = new Writer(amounts);
  try {
    const formula = writer.write(new Parser(plain(text)).whole(), '$.formula', false);
    return { formula, fault: undefined, names: [...writer.names], places: writer.places };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { formula: undefined, fault: error.fault, names: [], places: new Map() };
  }
}

/** The piece of the text that a refusal is about: the longest place that its path begins with. */
export function spanAt(places: Map<string, Span>, path: string): Span | undefined {
  const within = (place: string) =>
    path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
  return [...places].filter(([place]) => within(place)).sort((a, b) => b[0].length - a[0].length)[0]?.[1];
}

const decimal = (value: number): string =>
  value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 15 });

/** A stored formula as it would be typed; throws TypeError when it is none. */
export function writtenFormula(formula: unknown, amounts: Amounts): string {
  return written(formula, amounts, false);
}

function partOf(formula: unknown): { operation: Operation; parts: unknown[] } | undefined {
  if (!isObject(formula)) return undefined;
  const operation = [...FUNCTIONS, '+', '-', '*', '/'].find((one) => one in formula) as Operation | undefined;
  if (!operation) return undefined;
  const parts = formula[operation];
  return { operation, parts: operation === 'round' ? [parts] : Array.isArray(parts) ? parts : [] };
}

/** Whether a stored formula is money. */
function storedMoney(formula: unknown, amounts: Amounts): boolean {
  if (isObject(formula) && typeof formula.trait === 'string') return amounts.isMoney(formula.trait);
  const made = partOf(formula);
  if (!made || made.operation === 'round') return false;
  const money = made.parts.map((part) => storedMoney(part, amounts));
  return made.operation === '/' ? money[0] === true && money[1] === false : money.some(Boolean);
}

function written(formula: unknown, amounts: Amounts, beside: boolean): string {
  if (typeof formula === 'number') return decimal(beside ? formula / amounts.scale : formula);
  if (isObject(formula) && typeof formula.trait === 'string') return formula.trait;
  const made = partOf(formula);
  if (!made) throw new TypeError('no formula');
  const { operation, parts } = made;
  const fen = ALIKE.has(operation) && storedMoney(formula, amounts);
  const texts = parts.map((part) => written(part, amounts, fen));
  if (operation === 'round') {
    const digits = (formula as { digits?: number }).digits;
    return `round(${texts[0]}${digits === undefined ? '' : `, ${digits}`})`;
  }
  if (!isSign(operation)) return `${operation}(${texts.join(', ')})`;
  // A sum of one part cannot be typed: the part alone means the same.
  return texts.map((text, index) => bound(text, parts[index], operation, index)).join(` ${operation} `);
}

const isSign = (operation: Operation): operation is Sign => operation in BINDS;

function bound(text: string, part: unknown, outer: Sign, index: number): string {
  const inner = partOf(part)?.operation;
  if (typeof part === 'number') return part < 0 && index > 0 ? `(${text})` : text;
  if (!inner || !isSign(inner)) return text;
  const leads = index === 0 && inner === outer && (outer === '-' || outer === '/');
  const mixed = index === 0 && inner !== outer && BINDS[inner] === BINDS[outer];
  return BINDS[inner] > BINDS[outer] || leads || mixed ? text : `(${text})`;
}
