import type { TestResult } from '../plan/facts.ts';

const longest = 300;

/** What `nginx -t` printed, as a sentence: its last complaint, at which it gave up, without time and process. It names files, and no key. */
export function explainTest(code: number, printed: string): TestResult {
  if (code === 0) return { ok: true };
  const line = printed.split('\n').findLast((one) => one.includes('[emerg]')) ?? '';
  const said = line.replace(/^.*\[emerg\] (\d+#\d+: )?/, '').replaceAll(/\p{Cc}/gu, ' ');
  const what = said === '' ? `nginx -t ended with ${code} and did not say why` : said.slice(0, longest);
  return { ok: false, reason: 'RejectedByNginx', message: `NGINX rejects the configuration: ${what}` };
}

export const notInTime: TestResult = {
  ok: false,
  reason: 'TestTimedOut',
  message: 'nginx -t did not end within 30 s; a name in the configuration may be looked up in vain',
};

/** A look-up of a name that nobody answers takes so long. */
export const testTimeout = Temporal.Duration.from({ seconds: 30 });
