/**
 * A second opinion on what `render` printed: a parser written after NGINX's own ngx_conf_read_token, which shares
 * nothing with `src`. It reads the whole language of words, quotes, escapes, comments and blocks, so that a directive
 * that was smuggled in would show in the tree.
 */
export interface Parsed {
  readonly name: string;
  readonly args: readonly string[];
  readonly body?: readonly Parsed[];
}

type Token = { readonly word: string } | { readonly sign: ';' | '{' | '}' };

/** `[\s\S]` is any character after a backslash; blanks are NGINX's four, not those of Unicode. */
const tokenPattern = new RegExp(
  [
    /[ \t\r\n]+|#[^\n]*/,
    /(?<sign>[;{}])/,
    /"(?<double>(?:\\[\s\S]|[^"\\])*)"(?=[ \t\r\n;{)])/,
    /'(?<single>(?:\\[\s\S]|[^'\\])*)'(?=[ \t\r\n;{)])/,
    /(?<bare>(?!["'])(?:\\[\s\S]|\$\{|[^ \t\r\n;{\\])+)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);

const escapes: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n', '"': '"', "'": "'", '\\': '\\' };

export function parse(text: string): readonly Parsed[] {
  const tokens = tokenize(text);
  const statements = parseBody(tokens);
  if (tokens.length > 0) throw new SyntaxError('unexpected }');
  return statements;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at = tokenPattern.lastIndex) {
    tokenPattern.lastIndex = at;
    const groups = tokenPattern.exec(text)?.groups;
    if (groups === undefined) throw new SyntaxError(`no token at ${at}`);
    const { sign, double, single, bare } = groups;
    const word = double ?? single ?? bare;
    if (sign === ';' || sign === '{' || sign === '}') tokens.push({ sign });
    if (word !== undefined)
      tokens.push({ word: word.replace(/\\([\s\S])/g, (pair, escaped) => escapes[escaped] ?? pair) });
  }
  return tokens;
}

/** Takes statements off the front until the end or a `}`, which stays. */
function parseBody(tokens: Token[]): readonly Parsed[] {
  const statements: Parsed[] = [];
  while (tokens[0] !== undefined && 'word' in tokens[0]) statements.push(parseStatement(tokens));
  if (tokens[0] !== undefined && 'sign' in tokens[0] && tokens[0].sign !== '}') throw new SyntaxError('no directive');
  return statements;
}

function parseStatement(tokens: Token[]): Parsed {
  const words: string[] = [];
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    if ('word' in token) words.push(token.word);
    else return endOfStatement(words, token.sign, tokens);
  }
  throw new SyntaxError('unexpected end of file');
}

function endOfStatement([name = '', ...args]: readonly string[], sign: string, tokens: Token[]): Parsed {
  if (sign === '}') throw new SyntaxError('unexpected }');
  if (sign === ';') return { name, args };
  const body = parseBody(tokens);
  if (tokens.shift() === undefined) throw new SyntaxError('expecting }');
  return { name, args, body };
}
