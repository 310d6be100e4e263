import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import pino from 'pino';
import type { Happening } from '../../src/events/event.ts';
import { type EventFacts, EventRecorder } from '../../src/events/recorder.ts';
import { eventually } from '../harness/eventually.ts';
import { answer, Loopback } from '../kube/loopback.ts';

const happening = (uid = 'u-1'): Happening => ({
  regarding: { apiVersion: 'mtls-operator.dev/v1alpha1', kind: 'MtlsGateway', namespace: 'shop', name: 'a', uid },
  type: 'Warning',
  reason: 'GatewayUnreachable',
  action: 'Reconcile',
  note: 'Nobody answers',
});
const refused = { reason: 'Forbidden' };
const anEvent = { metadata: { namespace: 'shop', name: 'a.0', resourceVersion: '1' } };
/** Before mocha loses patience, so that a failure says what was seen. */
const soon = <Value>(check: () => Value) => eventually(check);
const taken = (response: ServerResponse) => answer(response, 200, anEvent);

describe('the recorder of Events', () => {
  let loopback: Loopback;
  let recorder: EventRecorder;
  let results: EventFacts['result'][];
  let asked: { readonly method: string | undefined; readonly path: string; readonly response: ServerResponse }[];

  beforeEach(async () => {
    loopback = await Loopback.start();
    [results, asked] = [[], []];
    recorder = new EventRecorder({
      kube: loopback.client(),
      clock: { now: () => Temporal.Now.instant() },
      identity: 'pod-1_0123',
      log: pino({ level: 'silent' }),
      onEvent: ({ result }) => results.push(result),
    });
  });
  afterEach(() => loopback.stop());

  /** Each request is held until the test answers it. */
  const hold = () => {
    loopback.behave = ({ method }, response, { pathname: path }) => asked.push({ method, path, response });
  };
  const nth = (count: number) => soon(() => asked[count - 1] ?? assert.fail(`${asked.length} were asked`));
  /** Tells it once, and answers what comes of it. */
  const tell = async (count: number, reply: (response: ServerResponse) => void) => {
    recorder.record(happening());
    const { method, response } = await nth(count);
    reply(response);
    await soon(() => assert.equal(results.length, count));
    return method;
  };

  const gone = (response: ServerResponse) => answer(response, 404, { reason: 'NotFound' });
  const forbidden = (response: ServerResponse) => answer(response, 403, refused);

  for (const { name, replies, methods } of [
    { name: 'counts on an Event that is there', replies: [taken, taken], methods: ['POST', 'PATCH'] },
    { name: 'begins anew after one that is gone', replies: [taken, gone, taken], methods: ['POST', 'PATCH', 'POST'] },
    { name: 'begins anew after one that was refused', replies: [forbidden, taken], methods: ['POST', 'POST'] },
  ]) {
    it(name, async () => {
      hold();
      const seen = [];
      for (const [index, reply] of replies.entries()) seen.push(await tell(index + 1, reply));
      assert.deepEqual(seen, methods);
    });
  }

  it('goes on counting on one whose patch was refused for another reason', async () => {
    hold();
    await tell(1, taken);
    await tell(2, forbidden);
    recorder.record(happening());
    assert.equal(results.at(-1), 'counted');
  });

  it('begins anew after one that was dropped, since too many were waiting', async () => {
    hold();
    for (let index = 0; index <= 1000; index += 1) recorder.record(happening(`u-${index}`));
    recorder.record(happening('one more'));
    assert.deepEqual(results, ['dropped']);
    const first = await nth(1);
    loopback.behave = (_, response) => taken(response);
    taken(first.response);
    await soon(() => assert.equal(results.length, 1002));
    recorder.record(happening('one more'));
    await soon(() => assert.equal(results.length, 1003));
    assert.deepEqual(new Set(results.slice(1)), new Set(['created']));
  });

  it('leaves a series that was begun anew alone when the patch of the former one fails', async () => {
    hold();
    for (const _ of ['created', 'updated']) recorder.record(happening());
    forbidden((await nth(1)).response);
    const patch = await nth(2);
    recorder.record(happening());
    gone(patch.response);
    taken((await nth(3)).response);
    await soon(() => assert.deepEqual(results, ['failed', 'failed', 'created']));
    assert.equal(await tell(4, taken), 'PATCH');
    assert.notEqual(asked[3]?.path, patch.path);
  });
});
