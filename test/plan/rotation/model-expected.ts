import assert from 'node:assert/strict';
import type { Generations, Phase, World } from './model-world.ts';

/** From where to where one write of the Secret may lead; `none`: one CA. */
const arrows: Readonly<Record<Phase | 'none', readonly (Phase | 'none')[]>> = {
  none: ['none', 'next'],
  // Taken back, or as if it had never been where its key was taken away.
  next: ['next', 'previous', 'retired', 'none'],
  previous: ['previous', 'retired'],
  retired: ['retired', 'none'],
};

const way: readonly string[] = ['none', 'next', 'previous', 'retired'];

/** What may become of a rotation by what was ordered, what fails and who followed: the model, which knows no plan. */
export class Expected {
  /** Of the last order. */
  word = '';
  /** Clients that nobody waits for. */
  without: readonly string[] = [];
  /** Parties that may be rejected until they follow. */
  readonly #cut = new Set<string>();
  #last: Generations;

  constructor(world: World) {
    this.#last = world.generations;
  }

  get isUnderWay(): boolean {
    return this.#last.phase !== undefined;
  }

  /** After every write, and after whatever else happened. */
  saw(world: World): void {
    const [before, after] = [this.#last, world.generations];
    if (after.signing !== before.signing && after.signing !== before.other) this.#assertReplaced(before, after, world);
    else this.#assertMoved(before, after, world);
    this.#last = after;
    this.#assertAccepted(world);
  }

  /** After a reconcile that came to its end and met no fault: whoever was cut off is rejected until it has followed. */
  settled(world: World): void {
    const { rehearsal, clients, nginx } = world;
    for (const client of clients.filter(({ name }) => this.#cut.has(name))) {
      if (this.#trusted.some((ca) => client.holdsLeafOf(ca, rehearsal.now))) this.#cut.delete(client.name);
      else assert.ok(!client.isAcceptedBy(rehearsal), `the gateway still accepts ${client.name}`);
    }
    if (nginx?.accepts(rehearsal) && this.#trusted.some((ca) => nginx.isShownLeafOf(ca, rehearsal)))
      this.#cut.delete('nginx');
  }

  get #trusted(): readonly string[] {
    const { phase, signing, other } = this.#last;
    return phase === 'next' || phase === 'previous' ? [signing, other] : [signing];
  }

  /** A CA that nobody trusts yet signs: by order, or since the one before has ended. */
  #assertReplaced(before: Generations, after: Generations, world: World): void {
    assert.ok(this.word === 'now' || world.isOver(before), 'the CA was replaced at once, which nobody asked for');
    assert.equal(after.phase, undefined);
    this.#cut.add('nginx');
    for (const { name } of world.clients) this.#cut.add(name);
  }

  #assertMoved(before: Generations, after: Generations, world: World): void {
    const [from, to] = [before.phase ?? 'none', after.phase ?? 'none'] as const;
    assert.ok(arrows[from].includes(to), `from ${from} to ${to}`);
    if (after.signing !== before.signing) assert.equal(after.other, before.signing, 'the one that signed is kept');
    const isBack = from === to && after.signing !== before.signing;
    if (isBack) assert.equal(this.word, 'abort', 'it turned back by itself');
    const isForward = way.indexOf(to) > way.indexOf(from) || (from === 'retired' && to === 'none');
    if (isForward && from !== 'none') this.#assertFree(from, to, world);
    if (from === 'previous' && to === 'retired') this.#assertGate(before, world);
  }

  /** Nothing that was to be seen was seen. */
  #assertFree(from: string, to: string, { fault }: World): void {
    if (this.word === 'abort' && from === 'next') return;
    assert.notEqual(fault, 'data plane wrong', `from ${from} to ${to} without evidence`);
    assert.notEqual(this.word, 'pause', `from ${from} to ${to} in a pause`);
  }

  /** Each client has left the previous CA, or its certificate has ended, or a person ordered to go on without it. */
  #assertGate({ other }: Generations, { clients, rehearsal }: World): void {
    for (const client of clients.filter((one) => one.holdsLeafOf(other, rehearsal.now))) {
      assert.ok(this.without.includes(client.name), `retired while ${client.name} has a certificate of it`);
      this.#cut.add(client.name);
    }
  }

  #assertAccepted({ clients, nginx, rehearsal }: World): void {
    for (const client of clients.filter(({ name }) => !this.#cut.has(name))) client.check(rehearsal);
    if (!this.#cut.has('nginx')) nginx?.check(rehearsal);
  }
}
