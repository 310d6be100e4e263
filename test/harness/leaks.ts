import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Whole } from './whole.ts';

interface Secrets {
  readonly items: readonly { readonly data?: Readonly<Record<string, string>> }[];
}

/**
 * Looks for the keys and tokens that are in play in everything that the operator tells anybody; answers how many there
 * were to look for.
 */
export async function assertNoLeak({ here, logs, metrics, standIn }: Whole): Promise<number> {
  const { items } = JSON.parse(await here(['get', 'secrets', '-o', 'json'])) as Secrets;
  const keys = items.flatMap(({ data }) => data?.['tls.key'] ?? []).map((key) => Buffer.from(key, 'base64').toString());
  const canaries = [...keys.map(lastLineOf), readFileSync(standIn.tokenFile, 'utf8').trim()];
  const told = {
    logs: logs.join(''),
    'statuses, events and ConfigMaps': await here(['get', 'mgw,mup,events.events.k8s.io,configmaps', '-o', 'json']),
    metrics: (await metrics.page()).body,
  };
  for (const [where, text] of Object.entries(told)) {
    // Not the text itself: a failure must not print what leaked.
    assert.ok(!/BEGIN [A-Z ]*PRIVATE KEY|x-api-key/i.test(text), `a key or a header in the ${where}`);
    for (const canary of canaries) {
      assert.ok(canary.length > 20, 'a canary is long enough to be one');
      assert.ok(!text.includes(canary), `a key or the token in the ${where}`);
    }
  }
  return canaries.length;
}

/** The last long line of the PEM: no two keys share it, as they do the first one. */
function lastLineOf(pem: string): string {
  const lines = pem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-'));
  return lines.at(-1) ?? '';
}
