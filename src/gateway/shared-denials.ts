import type { Denial, DenialScope, DenyList } from '../model/denial.ts';
import type { MarkedOwner } from '../model/ownership.ts';
import type { JsonObject } from '../model/remote-object.ts';
import type { Monotonic } from '../std/clock.ts';
import { Failure, transient } from '../std/failure.ts';
import {
  blockedFailure,
  type DenyRule,
  denyRuleWith,
  readDenyRule,
  unsupportedFailure,
  type Wish,
} from './deny-rule.ts';
import type { GlobalRules } from './gateway-group.ts';

/** Many resources ask at a start. In milliseconds. */
const usefulFor = 2000;

/**
 * The rule for revoked certificates of one gateway group, for all of its resources: read once for those who ask together,
 * and changed by one after another, since each change is made of what stands there.
 */
export class SharedDenials {
  readonly #label: string;
  readonly #rules: () => Promise<GlobalRules>;
  readonly #elapsed: Monotonic;
  #known: { readonly at: number; readonly rule: Promise<DenyRule> } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(label: string, rules: () => Promise<GlobalRules>, elapsed: Monotonic) {
    this.#label = label;
    this.#rules = rules;
    this.#elapsed = elapsed;
  }

  list(): Promise<DenyList> {
    const at = this.#elapsed();
    const known = this.#known;
    return known !== undefined && at - known.at < usefulFor ? known.rule : this.#know(at, this.#read());
  }

  deny(
    owner: MarkedOwner,
    denials: readonly Denial[],
    now: Temporal.Instant,
    scope: DenialScope = 'all',
  ): Promise<void> {
    const change = () => this.#change({ owner, denials, scope }, now).finally(() => this.#forget());
    const done = this.#last.then(change, change);
    this.#last = done;
    return done;
  }

  async #change({ owner, denials, scope }: Wish, now: Temporal.Instant): Promise<void> {
    const before = await this.#read();
    if (before.blockedBy !== undefined) throw await this.#giveWay(before);
    if (before.holds(owner, denials, scope)) return;
    const body = denyRuleWith(before, { owner, denials, scope }, now);
    await this.#write(body);
    const after = await this.#read();
    if (after.blockedBy !== undefined) throw await this.#giveWay(after);
    if (!after.holds(owner, denials, scope)) throw this.#changedMeanwhile();
  }

  async #write(body: JsonObject | undefined): Promise<void> {
    const rules = await this.#rules();
    try {
      await (body === undefined ? rules.remove() : rules.put(body));
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'GatewayRejected') throw error;
      const present = await this.#read();
      throw present.blockedBy === undefined ? unsupportedFailure(this.#label) : await this.#giveWay(present);
    }
  }

  /** Of two rules with the plugin none runs: without ours at least the other one does. */
  async #giveWay({ isThere, blockedBy = '' }: DenyRule): Promise<Failure> {
    if (isThere) await (await this.#rules()).remove();
    return blockedFailure(this.#label, blockedBy);
  }

  async #read(): Promise<DenyRule> {
    const rules = await this.#rules();
    return readDenyRule(await rules.list(), rules.ruleId);
  }

  /** What was read while something was written may be older than that. */
  #forget(): void {
    this.#known = undefined;
  }

  #know(at: number, rule: Promise<DenyRule>): Promise<DenyRule> {
    const known = { at, rule };
    this.#known = known;
    rule.catch(() => {
      if (this.#known === known) this.#forget();
    });
    return rule;
  }

  #changedMeanwhile(): Failure {
    const what = `The rule for revoked certificates at ${this.#label}`;
    return transient('Conflict', `${what} was changed by somebody else at the same moment`);
  }
}
