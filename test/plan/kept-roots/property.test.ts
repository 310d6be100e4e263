import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Made, Openssl } from '../../pki/path/given.ts';
import type { Rehearsal } from '../rehearse.ts';
import { secret } from '../rotation/given.ts';
import { aResource, change, put, trustIn } from './given.ts';

/** What can happen to a resource whose `serverTrust` keeps what is taken out of its bundle. */
type Happening =
  | { readonly what: 'edited'; readonly roots: readonly number[] }
  | { readonly what: 'needed' | 'not needed' | 'reconciled' | 'ca.crt edited' }
  | { readonly what: 'killed'; readonly after: number };

const names = ['Zero', 'One', 'Two', 'Three'];
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('edited' as const), roots: fc.subarray([0, 1, 2, 3], { minLength: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('needed' as const, 'not needed' as const) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('reconciled' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('ca.crt edited' as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('killed' as const), after: fc.integer({ min: 1, max: 6 }) }) },
);

/** The resource, and whom it has to trust at least. */
class World {
  readonly #rehearsal: Rehearsal;
  readonly #secret: string;
  readonly #roots: readonly Made[];
  readonly #stranger: Made;
  #present: readonly string[];
  /** That any bundle ever had. */
  readonly #named = new Set<string>();
  /** Seen in a bundle by a whole reconcile, and never since seen not to be needed. */
  #owed = new Set<string>();
  #isNeeded = true;

  constructor(kind: 'MtlsGateway' | 'MtlsUpstream', roots: readonly Made[], stranger: Made) {
    this.#rehearsal = aResource(kind, { serverTrust: roots });
    this.#secret = kind === 'MtlsGateway' ? 'test-com-curl' : 'mtls-nginx-client';
    this.#rehearsal.dataPlane = () => ({ needsKept: this.#isNeeded });
    this.#rehearsal.nginx = () => [{ needsKept: this.#isNeeded }];
    this.#roots = roots;
    this.#stranger = stranger;
    this.#present = names;
    for (const name of names) this.#named.add(name);
  }

  async meet(one: Happening): Promise<void> {
    switch (one.what) {
      case 'edited':
        this.#present = one.roots.map((index) => names[index] ?? '');
        put(
          this.#rehearsal,
          'serverTrust',
          one.roots.flatMap((index) => this.#roots[index] ?? []),
        );
        return;
      case 'needed':
      case 'not needed':
        this.#isNeeded = one.what === 'needed';
        return;
      case 'ca.crt edited':
        if (this.#rehearsal.secrets.has(this.#secret)) this.#editTrust();
        return;
      case 'killed':
        await this.#rehearsal.runUntilKilled(one.after);
        if (!this.#isNeeded) this.#owed = new Set([...this.#owed].filter((name) => this.#present.includes(name)));
        return;
      case 'reconciled':
        await this.#reconcile();
    }
  }

  async #reconcile(): Promise<void> {
    await this.#rehearsal.run();
    this.#owed = new Set([...(this.#isNeeded ? this.#owed : []), ...this.#present]);
    const trusted = trustIn(this.#rehearsal, this.#secret).slice(1);
    for (const name of this.#owed) assert.ok(trusted.includes(name), `${name} is trusted no more, and needed`);
    for (const name of trusted) assert.ok(this.#named.has(name), `${name} was in no bundle`);
    if (!this.#isNeeded) assert.deepEqual(trusted.toSorted(), this.#present.toSorted());
    const kept = this.#rehearsal.resource.status.keptRoots ?? [];
    assert.equal(kept.length, trusted.length - this.#present.length, 'what is kept is shown');
    assert.doesNotMatch(await this.#rehearsal.run(), change, 'one more reconcile writes nothing');
  }

  /** By somebody who would have one of theirs trusted. */
  #editTrust(): void {
    const seen = secret(this.#rehearsal, this.#secret);
    const data = { ...seen.data, 'ca.crt': Buffer.from(this.#stranger.pem).toString('base64') };
    this.#rehearsal.secrets.set(this.#secret, { ...seen, data });
  }
}

for (const kind of ['MtlsGateway', 'MtlsUpstream'] as const) {
  describe(`a bundle of an ${kind} that keeps what is taken out of it`, function () {
    this.timeout(60_000);
    const openssl = new Openssl();
    after(() => openssl.remove());

    it('has nobody trusted whom it never had, and whoever is needed, whatever is edited and whenever it is killed', async () => {
      const roots = names.map((name) => openssl.root({ subject: `/CN=${name}` }));
      const stranger = openssl.root({ subject: '/CN=Stranger' });
      const walk = async (happenings: readonly Happening[]) => {
        const world = new World(kind, roots, stranger);
        for (const one of happenings) await world.meet(one);
        await world.meet({ what: 'reconciled' });
      };
      await fc.assert(fc.asyncProperty(fc.array(happening, { minLength: 2, maxLength: 10 }), walk), { numRuns: 25 });
    });
  });
}
