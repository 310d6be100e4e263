import { type Page, text } from '../http/serve.ts';

/** One thing to look at. `find` gives what is wrong, as a sentence without a final period; undefined is well. */
export interface Check {
  readonly name: string;
  find(): string | undefined;
}

/** As kube-apiserver answers: `ok`, or every check with what is wrong; `?verbose` lists them in any case. */
export function checkPage(name: string, checks: readonly Check[], query: URLSearchParams): Page {
  const found = checks.map((check) => ({ name: check.name, wrong: check.find() }));
  const isWell = found.every(({ wrong }) => wrong === undefined);
  if (isWell && !query.has('verbose')) return text(200, 'ok');
  const lines = found.map((check) =>
    check.wrong === undefined ? `[+]${check.name} ok` : `[-]${check.name}: ${check.wrong}`,
  );
  return text(isWell ? 200 : 503, [...lines, `${name} check ${isWell ? 'passed' : 'failed'}`].join('\n'));
}
