import { invalidField } from '../problem.ts';

/**
 * The one filter grammar of the house, the one that the MLflow clients send: comparisons joined by AND, strings in single or double quotes,
 * keys bare, quoted or in backticks. It is only read here; what a key means, and its SQL, is said by whoever owns the list.
 */
const maximumBytes = 32_768;
const maximumTerms = 200;

export const operators = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'like',
  'ilike',
  'rlike',
  'in',
  'not in',
  'is null',
  'is not null',
] as const;
export type Operator = (typeof operators)[number];

/** One term. `entity` is null for a bare key; `position` is the character at which the term begins, counted from 1. */
export interface Term {
  entity: string | null;
  key: string;
  operator: Operator;
  value: string | number | string[] | null;
  position: number;
}

export interface Grammar {
  /** Words before the first dot that stand for a table of keys (`tags.a.b` is the key `a.b` of `tag`); without them dots belong to the key. */
  entities?: Readonly<Record<string, string>>;
  /** Whether RLIKE is read; only a list that compiles regular expressions takes them. */
  regular?: boolean;
  /** Where the text came from, for errors: `query/filter`. */
  pointer?: string;
}

type Kind = 'word' | 'quoted' | 'key' | 'number' | 'operator' | 'open' | 'close' | 'comma' | 'dot';
interface Token {
  kind: Kind;
  text: string;
  position: number;
}

const shapes: readonly [Kind, string][] = [
  ['operator', '<=|>=|!=|=|<|>'],
  ['open', '\\('],
  ['close', '\\)'],
  ['comma', ','],
  ['quoted', `'(?:[^'\\\\]|\\\\.|'')*'|"(?:[^"\\\\]|\\\\.)*"`],
  ['key', '`[^`]*`'],
  ['number', '-?\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?(?![\\w.])'],
  ['word', '[\\p{L}_][\\p{L}\\p{N}_\\-./]*'],
  ['dot', '\\.'],
];
const pattern = new RegExp(`\\s+|${shapes.map(([kind, shape]) => `(?<${kind}>${shape})`).join('|')}`, 'uy');

/** @throws 400 that says what is wrong at which character */
export function parseFilter(text: string | undefined, grammar: Grammar = {}): Term[] {
  if (!text?.trim()) return [];
  const pointer = grammar.pointer ?? 'filter';
  if (Buffer.byteLength(text) > maximumBytes) throw invalidField(pointer, `is longer than ${maximumBytes} bytes`);
  return new Reader(tokens(text, pointer), text.length + 1, pointer, grammar).terms();
}

/** A fault at a place of the filter. */
export const filterFault = (pointer: string, position: number, detail: string) =>
  invalidField(pointer, `at character ${position}: ${detail}`);

function tokens(text: string, pointer: string): Token[] {
  const found: Token[] = [];
  pattern.lastIndex = 0;
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    const match = pattern.exec(text);
    if (!match) {
      const rest = [...text.slice(at, at + 60)].slice(0, 30).join('');
      throw filterFault(pointer, at + 1, `"${rest}" cannot be read; quote keys with backticks and values with single quotes`);
    }
    const kind = shapes.find(([name]) => match.groups![name] !== undefined)?.[0];
    if (kind) found.push({ kind, text: unquote(kind, match[0]), position: at + 1 });
  }
  return found;
}

function unquote(kind: Kind, text: string): string {
  if (kind === 'key') return text.slice(1, -1);
  if (kind !== 'quoted') return text;
  return text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text.slice(1, -1);
}

/** Reads terms off the tokens, one method a rule. */
class Reader {
  #at = 0;
  readonly #list: Token[];
  readonly #end: number;
  readonly #pointer: string;
  readonly #entities: Readonly<Record<string, string>> | undefined;
  readonly #patterns: readonly string[];

  constructor(list: Token[], end: number, pointer: string, { entities, regular }: Grammar) {
    this.#list = list;
    this.#end = end;
    this.#pointer = pointer;
    this.#entities = entities;
    this.#patterns = regular ? ['like', 'ilike', 'rlike'] : ['like', 'ilike'];
  }

  terms(): Term[] {
    const found: Term[] = [];
    for (;;) {
      found.push(this.#term());
      if (found.length > maximumTerms) throw invalidField(this.#pointer, `has more than ${maximumTerms} terms`);
      const joiner = this.#next();
      if (!joiner) return found;
      if (!isWord(joiner, 'and')) throw this.#fault(joiner, 'AND; only AND joins terms');
    }
  }

  #term(): Term {
    const position = this.#peek()?.position ?? this.#end;
    const name = this.#name();
    const token = this.#next();
    if (token?.kind === 'operator') return { ...name, operator: token.text as Operator, value: this.#value(), position };
    if (this.#patterns.some((word) => isWord(token, word)))
      return { ...name, operator: token!.text.toLowerCase() as Operator, value: this.#value(), position };
    if (isWord(token, 'in')) return { ...name, operator: 'in', value: this.#values(), position };
    if (isWord(token, 'not') && this.#take('in')) return { ...name, operator: 'not in', value: this.#values(), position };
    if (isWord(token, 'is')) {
      const negated = this.#take('not');
      if (!this.#take('null')) throw this.#fault(this.#next(), 'NULL or NOT NULL');
      return { ...name, operator: negated ? 'is not null' : 'is null', value: null, position };
    }
    throw this.#fault(token, `a comparison of "${name.key}"`);
  }

  #name(): { entity: string | null; key: string } {
    const token = this.#next();
    if (!token || !['word', 'key', 'quoted'].includes(token.kind)) throw this.#fault(token, 'a key');
    if (token.kind !== 'word' || !this.#entities) return { entity: null, key: token.text };
    const dot = token.text.indexOf('.');
    const entity = this.#entities[(dot < 0 ? token.text : token.text.slice(0, dot)).toLowerCase()];
    if (dot >= 0 && !entity) {
      const known = [...new Set(Object.values(this.#entities))].map((one) => `${one}s`).join(', ');
      throw filterFault(this.#pointer, token.position, `"${token.text.slice(0, dot)}" is none of ${known}`);
    }
    const key = dot < 0 ? '' : token.text.slice(dot + 1);
    const separated = this.#peek()?.kind === 'dot';
    if (separated) this.#next();
    // `span.attributes.`a key`` is the key `attributes.a key`.
    if (!separated && key.endsWith('.') && this.#peek()?.kind === 'key')
      return { entity: entity!, key: key + this.#next()!.text };
    if (!separated && key !== '') return { entity: entity!, key };
    if (!separated && dot < 0) return { entity: null, key: token.text };
    const quoted = this.#next();
    if (!entity || !quoted || !['key', 'quoted', 'word'].includes(quoted.kind))
      throw this.#fault(quoted, `a key after "${token.text}"`);
    return { entity, key: quoted.text };
  }

  #value(): string | number {
    const token = this.#next();
    if (token?.kind === 'quoted') return token.text;
    if (token?.kind === 'number') return Number(token.text);
    throw this.#fault(token, 'a number or a text in single quotes');
  }

  #values(): string[] {
    const open = this.#next();
    if (open?.kind !== 'open') throw this.#fault(open, 'a list in parentheses');
    for (const found: string[] = []; ; ) {
      const token = this.#next();
      if (token?.kind !== 'quoted') throw this.#fault(token, 'a text in single quotes');
      found.push(token.text);
      const separator = this.#next();
      if (separator?.kind === 'close') return found;
      if (separator?.kind !== 'comma') throw this.#fault(separator, 'a comma or a closing parenthesis');
    }
  }

  #next(): Token | undefined {
    return this.#list[this.#at++];
  }

  #peek(): Token | undefined {
    return this.#list[this.#at];
  }

  #take(word: string): boolean {
    if (!isWord(this.#peek(), word)) return false;
    this.#at += 1;
    return true;
  }

  #fault(token: Token | undefined, expected: string) {
    const found = token ? `"${token.text.slice(0, 60)}"` : 'the end';
    return filterFault(this.#pointer, token?.position ?? this.#end, `${found} stands where there should be ${expected}`);
  }
}

const isWord = (token: Token | undefined, word: string): boolean => token?.kind === 'word' && token.text.toLowerCase() === word;
