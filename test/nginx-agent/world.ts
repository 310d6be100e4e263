import { Memory } from '../../src/nginx-agent/look/memory.ts';
import type { Decision } from '../../src/nginx-agent/plan/decision.ts';
import type { Facts, Rejection, Shown, TestResult } from '../../src/nginx-agent/plan/facts.ts';
import { plan } from '../../src/nginx-agent/plan/plan.ts';
import type { About } from '../../src/nginx-agent/release/about.ts';
import { withRejection } from '../../src/nginx-agent/state/rejections.ts';
import { at, failed, passed, wants } from './given.ts';

/** What becomes of a release in NGINX. */
export type Fate = 'serves' | 'fails -t' | 'fails to load' | 'fails on the wire';

export interface Input {
  readonly about: About;
  readonly fate: Fate;
}

interface Worker {
  readonly pid: number;
  readonly startedAt: number;
  readonly loaded: Input;
}

/** How long workers keep a leaf that they have read, in seconds. */
const cache = 1;

/**
 * A directory and an NGINX that are thought up, beside an agent that may be killed between any two changes. It keeps
 * count of what must never happen.
 */
export class World {
  now = 0;
  wanted: Input | undefined;
  reloads = 0;
  /** What went wrong that must not. */
  readonly broken: string[] = [];
  #known = new Map<string, Input>();
  #laid: About[] = [];
  #current: { readonly id: string; readonly since: number } | undefined;
  #before: { readonly id: string } | undefined;
  #good: string | undefined;
  #rejections: readonly Rejection[] = [];
  #memory = new Memory();
  #workers: readonly Worker[] = [];
  #master: Input | undefined;
  #pid = 10;

  get served(): Input | undefined {
    return this.#workers[0]?.loaded.fate === 'serves' ? this.#shownInput : undefined;
  }

  /** Of whatever is current: NGINX reads the link when it starts. */
  startNginx(): void {
    const input = this.#input(this.#current?.id);
    if (input === undefined || input.fate === 'fails -t' || input.fate === 'fails to load') return;
    this.#load(input);
  }

  stopNginx(): void {
    this.#workers = [];
    this.#master = undefined;
  }

  want(input: Input): void {
    this.wanted = input;
    this.#known.set(input.about.id, input);
  }

  killAgent(): void {
    this.#memory = new Memory();
  }

  /** One look and one decision; it performs `most` of its changes, then the agent is killed. */
  step(most = Number.POSITIVE_INFINITY): Decision {
    const facts = this.#facts();
    const decision = plan(facts);
    const changes = this.#changes(decision, facts);
    for (const change of changes.slice(0, most)) change();
    if (most < changes.length) this.killAgent();
    return decision;
  }

  #changes(decision: Decision, facts: Facts): readonly (() => void)[] {
    const seconds = () => at(this.now);
    switch (decision.do) {
      case 'unlink socket':
        return [];
      case 'lay':
        return [() => void this.#laid.push(decision.release.about)];
      case 'test':
        return [() => void this.#memory.tests.set(decision.id, this.#test(decision.id))];
      case 'test-machine':
        return [() => this.#memory.machineTested(decision.id, passed, seconds())];
      case 'switch':
        return [() => this.#memory.switched(), () => this.#switch(decision.id)];
      case 'reload':
        return [() => this.#memory.reloaded({ id: decision.id, at: seconds() }), () => this.#reload()];
      case 'approve':
        return [
          () => {
            this.#good = decision.id;
            if (this.#input(decision.id)?.fate !== 'serves') this.broken.push('approved what does not serve');
          },
          () => {
            this.#rejections = this.#rejections.filter(({ id }) => id !== decision.id);
          },
        ];
      case 'reject':
        return [
          () => void this.#memory.tests.delete(decision.id),
          () => {
            const { id, reason, message } = decision;
            this.#rejections = withRejection(facts.rejections, { id, reason, message, at: seconds() });
            if (this.#input(id)?.fate === 'serves') this.broken.push('rejected what serves');
          },
        ];
      case 'remove':
        return decision.ids.map((removed) => () => {
          this.#laid = this.#laid.filter(({ id }) => id !== removed);
          if ([this.#current?.id, this.#good].includes(removed)) this.broken.push('removed what is in use');
        });
      case 'wait':
        return [];
    }
  }

  #facts(): Facts {
    const shown: ReadonlyMap<number, Shown> = new Map(this.#workers.map((worker) => [worker.pid, this.#shown(worker)]));
    const current = this.#laid.find(({ id }) => id === this.#current?.id);
    return {
      now: at(this.now),
      wanted: this.wanted === undefined ? { kind: 'waiting', reason: 'None', message: '' } : wants(this.wanted.about),
      laid: this.#laid,
      ...(this.#current && { current: { id: this.#current.id, since: at(this.#current.since) } }),
      ...(this.#good !== undefined && { good: this.#good }),
      rejections: this.#rejections,
      tests: this.#memory.tests,
      ...this.#memory.facts(at(this.now)),
      asksMachine: false,
      canTest: this.#master !== undefined,
      isRunning: this.#master !== undefined,
      workers: this.#workers,
      shown: current === undefined ? new Map() : this.#memory.remember(shown, current),
      doors: this.#doors(),
      reloadTimeout: Temporal.Duration.from({ seconds: 4 }),
    };
  }

  #doors(): Facts['doors'] {
    const [worker] = this.#workers;
    if (worker === undefined) return [];
    if (worker.loaded.fate === 'fails on the wire')
      return [{ port: 8443, kind: 'failing', why: 'NGINX ends it', isRefused: true }];
    return [{ port: 8443, kind: 'open', leaf: this.#shown(worker).leaf, rejectsStrangers: true }];
  }

  #shown({ loaded }: Worker): Shown {
    const { leaf } = (this.#shownInput ?? loaded).about;
    return { loads: loaded.about.loads, leaf, authorities: loaded.about.authorities };
  }

  /** A worker reads the leaf that is current, where that is of the configuration it has loaded. */
  get #shownInput(): Input | undefined {
    const isCached = this.#current !== undefined && this.now - this.#current.since < cache;
    const read = this.#input(isCached ? this.#before?.id : this.#current?.id);
    const loaded = this.#workers[0]?.loaded;
    return read?.about.loads === loaded?.about.loads ? read : loaded;
  }

  #input(id: string | undefined): Input | undefined {
    return id === undefined ? undefined : this.#known.get(id);
  }

  #test(id: string): TestResult {
    return this.#input(id)?.fate === 'fails -t' ? failed : passed;
  }

  #switch(id: string): void {
    if (!this.#laid.some((about) => about.id === id)) this.broken.push('made current what is not there');
    this.#before = this.#current;
    this.#current = { id, since: this.now };
  }

  /** NGINX goes on with what it has where it cannot load what is current. */
  #reload(): void {
    this.reloads += 1;
    const input = this.#input(this.#current?.id);
    if (input === undefined || this.#master === undefined) return;
    if (input.fate === 'fails -t') this.broken.push('reloaded what nginx -t rejects');
    else if (input.fate !== 'fails to load') this.#load(input);
  }

  #load(input: Input): void {
    this.#master = input;
    this.#workers = [0, 1].map(() => {
      this.#pid += 1;
      return { pid: this.#pid, startedAt: this.#pid, loaded: input };
    });
  }
}
