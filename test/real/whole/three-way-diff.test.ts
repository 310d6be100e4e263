import assert from 'node:assert/strict';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

interface Stored {
  readonly metadata: { readonly name: string; readonly managedFields?: unknown };
  readonly spec: object;
  readonly status: object;
}

for (const { side, flags } of [
  { side: 'client', flags: [] },
  { side: 'server', flags: ['--server-side'] },
]) {
  describe(`settled resources under ${side}-side apply, and the files that they came from`, () => {
    describeSettled(flags);
  });
}

function describeSettled(flags: readonly string[]): void {
  const given = useWhole();
  /** Each leaves out what has a default inside a list: of a client, of a node and of an answer. */
  let manifests: Readonly<Record<string, object>>;

  const kubectl = (command: string, kind: string, ...more: readonly string[]) =>
    given.whole.here([command, ...flags, ...more, '-f', '-'], JSON.stringify(manifests[kind]));
  const stored = async (kind: string) => {
    const [found] = JSON.parse(await given.whole.here(['get', kind, '-o', 'json'])).items;
    return found as Stored;
  };

  before('apply both, and wait until they are settled', async () => {
    const { whole } = given;
    const port = await freePort();
    await whole.startNginx();
    manifests = { mgw: aGateway(), mup: anUpstream({ port }) };
    await kubectl('apply', 'mgw');
    await kubectl('apply', 'mup');
    await whole.ready('mgw', 'test-com');
    await whole.until('mgw', 'test-com', 'Enforced', 'True', 'Proven');
    await whole.ready('mup', 'mtls-nginx');
  });

  for (const kind of ['mgw', 'mup']) {
    // A patch that changes nothing counts as a change to those who only compare what they would send.
    if (flags.length === 0)
      it(`need no patch from what was applied last: ${kind}`, async () => {
        assert.match(await kubectl('apply', kind), / unchanged$/);
      });

    it(`are the same to kubectl diff: ${kind}`, async () => assert.equal(await kubectl('diff', kind), ''));

    it(`are what another apply would give: ${kind}`, async () => {
      const before = await stored(kind);
      const dryRun = JSON.parse(await kubectl('apply', kind, '--dry-run=server', '-o', 'json')) as Stored;
      assert.deepEqual(withoutManagers(dryRun), withoutManagers(before));
    });

    it(`have the lists that were written: ${kind}`, async () => {
      const { spec } = manifests[kind] as Stored;
      const written = listsOf(spec);
      assert.ok(Object.keys(written).length > 1);
      const live = listsOf((await stored(kind)).spec);
      assert.deepEqual(
        Object.keys(written).map((path) => [path, live[path]]),
        Object.entries(written),
      );
    });
  }
}

function withoutManagers({ metadata: { managedFields: _, ...metadata }, ...rest }: Stored): object {
  return { ...rest, metadata };
}

/** Every list of a spec by its path, with all that is in it. */
function listsOf(value: unknown, path = 'spec'): Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) return { [path]: value };
  if (typeof value !== 'object' || value === null) return {};
  return Object.assign({}, ...Object.entries(value).map(([name, field]) => listsOf(field, `${path}.${name}`)));
}
