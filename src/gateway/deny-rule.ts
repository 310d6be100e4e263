import { isDeepStrictEqual } from 'node:util';
import { type Denial, type DenialScope, type DenyList, denialText } from '../model/denial.ts';
import { idPrefix, type MarkedOwner } from '../model/ownership.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/remote-object.ts';
import { permanent } from '../std/failure.ts';
import { type Entry, entryOf, readEntry, sizeOf } from './deny-entry.ts';

/**
 * The global rule that refuses revoked client certificates, the same for API7 Enterprise and Apache APISIX: one for all
 * who share a gateway group, since a second one with the same plugin is refused, or keeps both from running (measured).
 * Pure.
 */
export const denyPlugin = 'fault-injection';

/** More would cost every request too much (measured: 10,000 cost 0.1 ms), and not fit into one request to the Admin API. */
const valuesAtMost = 10_000;
const charactersAtMost = 1_000_000;

/** What of a look at the global rules concerns the plugin. */
export interface DenyRule extends DenyList {
  readonly entries: readonly Entry[];
}

/** By all global rules of the group; `ruleId` is that of ours. */
export function readDenyRule(rules: readonly JsonObject[], ruleId: string): DenyRule {
  const using = rules.filter(({ plugins }) => isJsonObject(plugins) && denyPlugin in plugins);
  const ours = using.map((rule) => ({ rule, entries: entriesIn(rule, ruleId) }));
  const own = ours.find(({ entries }) => entries !== undefined);
  const foreign = ours.find(({ entries }) => entries === undefined);
  const entries = own?.entries ?? [];
  const runs = own === undefined || doesRun(own.rule);
  return {
    entries,
    isThere: own !== undefined,
    ...(foreign && { blockedBy: String(foreign.rule['id']) }),
    holds: (owner, denials, scope = 'all') => {
      const wanted = denials.map((denial) => JSON.stringify(entryOf(owner, denial).expression)).sort();
      const held = entries
        .filter((entry) => entry.owner === idPrefix(owner) && isIn(scope, entry))
        .map((entry) => JSON.stringify(entry.expression));
      return (denials.length === 0 || (runs && foreign === undefined)) && isDeepStrictEqual(held.sort(), wanted);
    },
  };
}

function isIn(scope: DenialScope, { isUnverified }: Entry): boolean {
  return scope === 'all' || isUnverified;
}

/** Undefined: it is the rule of somebody else, or somebody has written into ours what is not. */
function entriesIn(rule: JsonObject, ruleId: string): readonly Entry[] | undefined {
  const config = configOf(rule);
  const abort = isJsonObject(config) ? config['abort'] : undefined;
  const [all, ...more] = isJsonObject(abort) && Array.isArray(abort['vars']) ? abort['vars'] : [];
  const isAlone = Object.keys(rule['plugins'] ?? {}).length === 1;
  if (rule['id'] !== ruleId || !isAlone || more.length > 0 || !Array.isArray(all)) return undefined;
  const entries = (all[0] === 'OR' ? all.slice(1) : [all]).map(readEntry);
  const known = entries.filter((entry) => entry !== undefined);
  return known.length === entries.length ? known : undefined;
}

function configOf({ plugins }: JsonObject): Json | undefined {
  return isJsonObject(plugins) ? plugins[denyPlugin] : undefined;
}

/** Whether it does to a request what we would have it do; a field that a product fills in makes no difference. */
function doesRun(rule: JsonObject): boolean {
  const config = configOf(rule);
  const { abort, delay, _meta = {} } = isJsonObject(config) ? config : {};
  if (!isJsonObject(abort) || delay !== undefined || !isDeepStrictEqual(_meta, {})) return false;
  const { http_status, body, percentage = 100 } = abort;
  return http_status === 403 && body === denialText && percentage === 100;
}

/**
 * All in one expression: `vars` takes 20 at most. It never is empty, which would refuse nobody, and never left out, which
 * would refuse everybody; an OR needs two.
 */
function configFor(expressions: readonly Json[]): JsonObject {
  const [first, ...others] = expressions;
  const all = others.length === 0 ? (first ?? null) : ['OR', ...expressions];
  return { abort: { http_status: 403, body: denialText, vars: [all] } };
}

/** What an owner wants to have refused, in place of all that is in the scope. */
export interface Wish {
  readonly owner: MarkedOwner;
  readonly denials: readonly Denial[];
  readonly scope: DenialScope;
}

/**
 * The rule that refuses these for the owner, and for others what it did before: this process need not see every resource
 * that shares the rule, and an entry too many refuses a revoked certificate longer, one too few lets it in. Those of others
 * that have ended go. Undefined: nothing is to be refused, and no rule must be there.
 */
export function denyRuleWith(
  { entries }: DenyRule,
  { owner, denials, scope }: Wish,
  now: Temporal.Instant,
): JsonObject | undefined {
  const isLeft = (entry: Entry) =>
    entry.owner === idPrefix(owner) ? !isIn(scope, entry) : !hasPassed(entry.until, now);
  const wanted = [...entries.filter(isLeft), ...denials.map((denial) => entryOf(owner, denial))];
  const byText = new Map(wanted.map((entry) => [JSON.stringify(entry.expression), entry]));
  if (byText.size === 0) return undefined;
  const texts = [...byText.keys()].sort();
  const count = [...byText.values()].map(sizeOf).reduce((sum, size) => sum + size, 0);
  if (count > valuesAtMost || texts.join('').length > charactersAtMost) throw full();
  return { plugins: { [denyPlugin]: configFor(texts.map((text) => JSON.parse(text) as Json)) } };
}

function hasPassed(until: string | undefined, now: Temporal.Instant): boolean {
  const end = until === undefined ? undefined : toInstant(until);
  return end !== undefined && Temporal.Instant.compare(end, now) < 0;
}

/** Whoever has written it. */
function toInstant(text: string): Temporal.Instant | undefined {
  try {
    return Temporal.Instant.from(text);
  } catch {
    return undefined;
  }
}

function full() {
  const most = `${valuesAtMost} certificates, or ${charactersAtMost / 1000} kB`;
  return permanent(
    'RevocationFull',
    `The rule for revoked certificates that all resources of this gateway group share would hold more than ${most}: replace the CA of a resource that revokes many`,
  );
}

export function blockedFailure(gateway: string, ruleId: string) {
  return permanent(
    'RevocationBlocked',
    `The global rule ${ruleId} of the gateway ${gateway} uses the plugin ${denyPlugin} and is not the operator's: of two such rules none would run, so revoked certificates are not refused. Move what it does to routes or services, or replace the CA`,
  );
}

export function unsupportedFailure(gateway: string) {
  return permanent(
    'RevocationNotSupported',
    `The gateway ${gateway} does not take a global rule with the plugin ${denyPlugin}, so revoked certificates are not refused: add the plugin to its configuration, or replace the CA`,
  );
}
