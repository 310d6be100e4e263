import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type StandIn, startStandIn } from '../../../deploy/local/parts/stand-in.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { Processes } from '../../../deploy/local/processes/processes.ts';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { eventually } from '../../harness/eventually.ts';

const program = 'test/gateway-conformance/main.ts';

const kinds: Readonly<Record<'api7-ee' | 'apisix', readonly string[]>> = {
  'api7-ee': ['certificates', 'ca_certificates', 'snis', 'services'],
  apisix: ['ssls', 'upstreams', 'services', 'routes'],
};

const ofTheTable = /mtls-c[0-9a-f]{8}-/;
const ofTheOperator = /mtls-[0-9a-f]{16}-/;

/** A stand-in as a process of its own, and `npm run test:gateway` that takes it for a live gateway. */
class Live {
  readonly #directory = mkdtempSync(join(tmpdir(), 'live-'));
  readonly #processes = new Processes(join(this.#directory, 'logs'));
  readonly #type: 'api7-ee' | 'apisix';
  #standIn: StandIn | undefined;

  constructor(type: 'api7-ee' | 'apisix') {
    this.#type = type;
  }

  get standIn(): StandIn {
    assert.ok(this.#standIn);
    return this.#standIn;
  }

  async start(profile: ProfileName): Promise<void> {
    const ports = { https: await freePort(), http: await freePort() };
    this.#standIn = await startStandIn(this.#processes, join(this.#directory, 'gateway'), ports, { profile });
  }

  ask(adminUrl = this.standIn.adminUrl) {
    const { tokenFile, caFile, httpsPort, httpPort } = this.standIn;
    const gateway = ['--type', this.#type, '--admin', adminUrl, '--token-file', tokenFile, '--ca-file', caFile];
    const ports = ['--https', `127.0.0.1:${httpsPort}`, '--http', `127.0.0.1:${httpPort}`];
    const args = [program, ...gateway, ...ports, '--upstream-host', '127.0.0.1'];
    return execa(process.execPath, args, { reject: false, all: true });
  }

  /** Paths of all objects at the gateway. */
  async held(): Promise<readonly string[]> {
    const { admin, groups } = this.standIn;
    const searchParams = groups['default'] === undefined ? {} : { gateway_group_id: groups['default'] };
    const lists = kinds[this.#type].map(async (kind) => {
      const { list } = await admin
        .get(`apisix/admin/${kind}`, { searchParams })
        .json<{ readonly list: readonly { readonly id?: string; readonly key?: string }[] }>();
      return list.map(({ id, key }) => `${kind} ${id ?? key}`);
    });
    return (await Promise.all(lists)).flat();
  }

  async stop(): Promise<void> {
    await this.#processes.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

describe('test:gateway against a live gateway', () => {
  for (const [type, profile] of [
    ['api7-ee', 'ee-3.10'],
    ['apisix', 'apisix-3.18'],
  ] as const) {
    describe(`that is ${profile}`, () => {
      const live = new Live(type);
      before(() => live.start(profile));
      after(() => live.stop());

      it('asks every row, follows the guides, and leaves nothing behind', async () => {
        const { exitCode, all } = await live.ask();
        assert.equal(exitCode, 0, all);
        assert.match(all, /\d+ rows asked, none differs/);
        assert.match(all, /the first resources, at a gateway that holds nothing/);
        assert.deepEqual(await live.held(), []);
      });

      it('prints the row in which it differs, and ends with 1', async () => {
        await live.standIn.admin.put('stand-in/faults', { json: { methods: ['PATCH'], status: 500 } });
        const { exitCode, all } = await live.ask();
        await live.standIn.admin.put('stand-in/faults', { json: {} });
        assert.equal(exitCode, 1, all);
        // A cell is as wide as it is: a long name goes on in the next line.
        assert.match(all, /patch[\s\S]*│[\s\S]*500/);
        assert.match(all, /rows asked, [12] differ/);
        assert.deepEqual(await live.held(), []);
      });

      it('says that nobody answers, and never the token', async () => {
        const { exitCode, all } = await live.ask(`https://127.0.0.1:${await freePort()}`);
        assert.equal(exitCode, 1, all);
        assert.match(all, /The Admin API did not answer \(ECONNREFUSED\)/);
        assert.ok(!all.includes(readFileSync(live.standIn.tokenFile, 'utf8')), all);
      });

      for (const [moment, made] of [
        ['in the middle of the table', ofTheTable],
        ['in the middle of the guides', ofTheOperator],
      ] as const) {
        it(`removes everything when it is interrupted ${moment}`, async function () {
          this.timeout(300_000);
          const asking = live.ask();
          // The guides come after the table, which takes a minute on a busy machine.
          const inTime = Temporal.Duration.from({ minutes: 3 });
          await eventually(async () => assert.match((await live.held()).join('\n'), made), inTime);
          asking.kill('SIGINT');
          const { exitCode, all } = await asking;
          assert.equal(exitCode, 130, all);
          assert.deepEqual(await live.held(), []);
        });
      }
    });
  }
});
