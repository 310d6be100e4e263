import { isDeepStrictEqual } from 'node:util';
import { type Denial, type DenyList, denialText } from '../model/denial.ts';
import { idPrefix, type MarkedOwner } from '../model/ownership.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/remote-object.ts';
import { permanent } from '../std/failure.ts';

/**
 * The global rule that refuses revoked client certificates, the same for API7 Enterprise and Apache APISIX: one for all
 * who share a gateway group, since a second one with the same plugin is refused, or keeps both from running (measured).
 * Pure. A global rule has no labels: whose an entry is, and until when it is needed, stands as a text among the values
 * that it compares with, where it is equal to nothing.
 */
export const denyPlugin = 'fault-injection';

/** More would cost every request too much (measured: 10,000 cost 0.1 ms), and not fit into one request to the Admin API. */
const valuesAtMost = 10_000;
const charactersAtMost = 1_000_000;

const variables = { serialNumber: 'ssl_client_serial', subject: 'ssl_client_s_dn', issuer: 'ssl_client_i_dn' } as const;

/** One alternative of the rule: an AND of conditions. */
interface Entry {
  readonly expression: Json;
  /** `idPrefix` of its owner. */
  readonly owner: string;
  readonly until?: string | undefined;
}

/** What of a look at the global rules concerns the plugin. */
export interface DenyRule extends DenyList {
  readonly entries: readonly Entry[];
}

/**
 * The cheapest condition first, by which almost every request is through. A client without a certificate is of no issuer;
 * on exempt paths a self-made CA may bear any name, so it must have been verified. An SNI is one in any case.
 */
function entryOf(owner: MarkedOwner, { issuer, by, values, hosts, until }: Denial): Entry {
  const id = idPrefix(owner);
  const mark = until === undefined ? `#${id}` : `#${id} until ${until}`;
  const compared = [variables[by], 'in', [...shownAs(by, issuer, values), mark]];
  const verified = ['ssl_client_verify', '==', 'SUCCESS'];
  const expression = [
    ...(by === 'issuer' ? [verified, compared] : [['ssl_client_i_dn', '==', issuer], compared, verified]),
    ['ssl_server_name', '~*', `^(?:${hosts.map(hostPattern).join('|')})$`],
  ];
  return { expression, owner: id, until };
}

/** As the gateway has them in its variables. */
function shownAs(by: Denial['by'], issuer: string, values: readonly string[]): readonly string[] {
  if (by === 'issuer') return [issuer];
  return by === 'serialNumber' ? values.map((value) => value.toUpperCase()) : values;
}

/** Of one label for `*`, as an SNI has it. */
export function hostPattern(host: string): string {
  const literal = (text: string) => text.replaceAll('.', '\\.');
  return host.startsWith('*.') ? `[^.]+${literal(host.slice(1))}` : literal(host);
}

const markPattern = /^#(?<owner>mtls-[0-9a-f]+)(?: until (?<until>\S+))?$/;

/** Undefined: it is none of ours. */
function readEntry(expression: Json): Entry | undefined {
  const values = Array.isArray(expression) && Array.isArray(expression[1]) ? expression[1][2] : undefined;
  const mark: unknown = Array.isArray(values) ? values.at(-1) : undefined;
  const { owner, until } = (typeof mark === 'string' && markPattern.exec(mark)?.groups) || {};
  return owner === undefined ? undefined : { expression, owner, until };
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
    holds: (owner, denials) => {
      const wanted = denials.map((denial) => JSON.stringify(entryOf(owner, denial).expression)).sort();
      const held = entries
        .filter((entry) => entry.owner === idPrefix(owner))
        .map((entry) => JSON.stringify(entry.expression));
      return (denials.length === 0 || (runs && foreign === undefined)) && isDeepStrictEqual(held.sort(), wanted);
    },
  };
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

/**
 * The rule that refuses these for the owner, and for others what it did before: this process need not see every resource
 * that shares the rule, and an entry too many refuses a revoked certificate longer, one too few lets it in. Those of others
 * that have ended go. Undefined: nothing is to be refused, and no rule must be there.
 */
export function denyRuleWith(
  { entries }: DenyRule,
  owner: MarkedOwner,
  denials: readonly Denial[],
  now: Temporal.Instant,
): JsonObject | undefined {
  const isLeft = ({ owner: id, until }: Entry) => id !== idPrefix(owner) && !hasPassed(until, now);
  const all = [...entries.filter(isLeft), ...denials.map((denial) => entryOf(owner, denial))];
  if (all.length === 0) return undefined;
  const texts = [...new Set(all.map((entry) => JSON.stringify(entry.expression)))].sort();
  const expressions = texts.map((text) => JSON.parse(text) as Json);
  if (countOf(expressions) > valuesAtMost || texts.join('').length > charactersAtMost) throw full();
  return { plugins: { [denyPlugin]: configFor(expressions) } };
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

/** Without the marks. */
function countOf(expressions: readonly Json[]): number {
  const values = expressions.map((one) => (Array.isArray(one) && Array.isArray(one[1]) ? one[1][2] : undefined));
  return values.map((list) => (Array.isArray(list) ? list.length - 1 : 0)).reduce((sum, count) => sum + count, 0);
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
