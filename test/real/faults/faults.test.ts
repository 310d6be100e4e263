import assert from 'node:assert/strict';
import { eventually } from '../../harness/eventually.ts';
import type { Fault, FaultRule, FaultyProxy, ProxiedRequest } from '../../harness/faulty-proxy.ts';
import { kubeTimeouts, startProxy, useStage, writeKubeconfigThrough } from './stage.ts';

const status = (code: number, reason: string) => ({ kind: 'Status', status: 'Failure', code, reason });
const answer = (code: number, reason: string, headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  status: code,
  headers,
  body: status(code, reason),
});
const errorEvent = (code: number, reason: string) =>
  `${JSON.stringify({ type: 'ERROR', object: status(code, reason) })}\n`;
const isList = ({ method, url, watch }: ProxiedRequest) => method === 'GET' && url.includes('limit=') && !watch;

interface Trouble {
  readonly name: string;
  readonly begin: (proxy: FaultyProxy) => void;
  /** What each request meets until the fault ends. `earlier` is a version that every watch has left behind. */
  readonly rule?: (earlier: string, proxy: FaultyProxy) => FaultRule;
  /** The fault ends when so many requests have met it, and not before so many milliseconds. */
  readonly requests?: number;
  readonly milliseconds?: number;
}

/** operators.md 2.2 has the evidence for each. */
const troubles: readonly Trouble[] = [
  { name: 'a connection that is reset in the middle of an event', begin: (proxy) => proxy.resetMidEvent() },
  {
    name: 'half-open connections: old watches say nothing any more, new requests get no answer',
    begin: (proxy) => proxy.goHalfOpen(),
    rule: () => () => ({ kind: 'silence' }),
    requests: 8,
  },
  {
    name: 'a 410 as the answer to a watch',
    begin: (proxy) => proxy.resetWatches(),
    rule:
      () =>
      ({ watch }) =>
        watch ? answer(410, 'Expired') : undefined,
    requests: 6,
  },
  { name: 'a 410 as an event', begin: (proxy) => proxy.sayInWatches(errorEvent(410, 'Expired')) },
  {
    name: 'a 410 for the second page of a list',
    begin: (proxy) => proxy.sayInWatches(errorEvent(410, 'Expired')),
    // One object a page, so that a small list has a second one.
    rule: () => (request) => {
      if (!isList(request)) return undefined;
      if (request.url.includes('continue=')) return answer(410, 'Expired');
      return { kind: 'rewrite', url: request.url.replace(/limit=\d+/, 'limit=1') };
    },
    requests: 8,
  },
  {
    name: 'a 429 with Retry-After for everything',
    begin: (proxy) => proxy.resetWatches(),
    rule: () => () => answer(429, 'TooManyRequests', { 'retry-after': '1' }),
    requests: 12,
  },
  {
    name: 'a minute of 500: first for writes, then for lists and watches too',
    // What it heard of before the watches end, it must do without hearing of it again.
    begin: () => {},
    rule: (_, proxy) => {
      let left = 10;
      return () => {
        left -= 1;
        if (left === 0) proxy.sayInWatches(errorEvent(410, 'Expired'));
        return answer(500, 'InternalError');
      };
    },
    milliseconds: 60_000,
  },
  { name: 'a line of JSON that is cut', begin: (proxy) => proxy.sayInWatches('{"type":"ADDED","obj\n') },
  { name: 'characters of several bytes that come byte by byte', begin: (proxy) => proxy.dripWatches() },
  {
    name: 'events that come again after a reconnect',
    begin: (proxy) => proxy.resetWatches(),
    rule: (earlier) => (request) => {
      if (!request.watch) return undefined;
      return { kind: 'rewrite', url: request.url.replace(/resourceVersion=\d+/, `resourceVersion=${earlier}`) };
    },
    requests: 4,
  },
  {
    name: 'deletions while it was disconnected, after which only a list helps',
    begin: (proxy) => proxy.resetWatches(),
    rule: () => {
      let resets = 12;
      return ({ watch }) => {
        resets -= 1;
        if (resets >= 0) return { kind: 'reset' };
        return watch ? answer(410, 'Expired') : undefined;
      };
    },
    requests: 18,
  },
  {
    name: 'writes that are carried out while their answers are lost',
    begin: () => {},
    rule:
      () =>
      ({ method }) =>
        method === 'GET' ? undefined : { kind: 'loseAnswer' },
    requests: 6,
  },
];

describe('the whole operator has missed nothing after', () => {
  const given = useStage();
  let proxy: FaultyProxy;
  let earlier: string;

  before('start the operator behind the proxy', async function () {
    this.timeout(180_000);
    const { whole, config } = given.stage;
    proxy = await startProxy(whole);
    const path = await writeKubeconfigThrough(whole, proxy);
    await whole.startOperatorWith({ config, source: { kind: 'file', path }, kubeTimeouts });
    earlier = await versionNow();
    await given.stage.changeTheWorld();
    await given.stage.changeTheWorld();
    await given.stage.assertSound();
  });

  /** Of the API server: every watch that is not interrupted comes to stand behind it. */
  const versionNow = async () => {
    const { whole } = given.stage;
    const list = await whole.kubectl(['get', '--raw', `/api/v1/namespaces/${whole.namespace}/configmaps?limit=1`]);
    return (JSON.parse(list) as { readonly metadata: { readonly resourceVersion: string } }).metadata.resourceVersion;
  };

  for (const { name, begin, rule = () => () => undefined, requests = 0, milliseconds = 0 } of troubles) {
    it(name, async function () {
      this.timeout(180_000);
      const { stage } = given;
      let met = 0;
      const meet = rule(earlier, proxy);
      earlier = await versionNow();
      proxy.rule = (request) => {
        const fault = meet(request);
        if (fault !== undefined) met += 1;
        return fault;
      };
      const since = performance.now();
      begin(proxy);
      await stage.changeTheWorld();
      await eventually(
        () => {
          assert.ok(met >= requests, `${met} requests met the fault`);
          assert.ok(performance.now() - since >= milliseconds, 'the fault has lasted long enough');
        },
        Temporal.Duration.from({ minutes: 2 }),
      );
      proxy.rule = () => undefined;
      await stage.assertSound();
    });
  }
});
