import { type Allowance, notAllowedText } from '../model/allowance.ts';
import type { Route } from '../model/gateway-state.ts';
import type { DesiredObject, Json, JsonObject } from '../model/remote-object.ts';
import { withoutKeys } from '../model/remote-object.ts';
import { Failure, permanent } from '../std/failure.ts';
import { hostPattern } from './deny-entry.ts';
import { denyPlugin } from './deny-rule.ts';

/**
 * Who may send the requests of a route, the same for API7 Enterprise and Apache APISIX: the plugin of the route refuses
 * whatever no allowance allows. So it is one object that is replaced by one request: no second route could be missing,
 * and no other one that matches the request serves who was refused. It runs before redirects and authentication. Pure.
 */

/** Nothing else may turn it off: a percentage, or the switch that dashboards have for each plugin. */
const always = { percentage: 100, _meta: { disable: false } };

/** What a route needs for it; nothing where everybody may send everything. `hosts` are those of the service. */
export function allowPlugins({ allow }: Route, hosts: readonly string[]): JsonObject {
  if (allow === undefined) return {};
  const { percentage, _meta } = always;
  const abort = { http_status: 403, body: notAllowedText(allow), percentage, vars: [refusal(allow, hosts)] };
  return { plugins: { [denyPlugin]: { abort, _meta } } };
}

const verified = ['ssl_client_verify', '==', 'SUCCESS'];

/** Holds for every request; an empty expression would as well, which not every control plane keeps. */
const everyRequest = ['OR', verified, ['ssl_client_verify', '~=', 'SUCCESS']];

/** Which requests are refused. A request without a client certificate has no such variable, and is one of them. */
function refusal(allow: readonly Allowance[], hosts: readonly string[]): Json {
  const alternatives = allow.map((one) => conditions(one, hosts)).filter((one) => one !== undefined);
  const texts = alternatives.map((one) => JSON.stringify(one));
  const [first, ...others] = [...new Set(texts)].sort().map((text) => JSON.parse(text) as readonly Json[]);
  if (first === undefined) return everyRequest;
  // An OR needs two.
  return others.length === 0 ? ['!AND', verified, ...first] : ['!AND', verified, ['OR', first, ...others]];
}

/** All of them must hold. Undefined: nobody can be verified at any host. */
function conditions(
  { issuers, subjects, hosts: given, methods, paths }: Allowance,
  ofService: readonly string[],
): readonly Json[] | undefined {
  const hosts = [...(given ?? ofService)].sort();
  if (hosts.length === 0 || issuers.length === 0 || subjects.length === 0) return undefined;
  return [
    ['ssl_client_i_dn', 'in', issuers],
    ['ssl_client_s_dn', 'in', subjects],
    ['ssl_server_name', '~*', `^(?:${hosts.map(hostPattern).join('|')})$`],
    ...(methods === undefined ? [] : [['request_method', 'in', methods]]),
    ...(paths === undefined ? [] : [pathCondition(paths)]),
  ];
}

/** By the path that the route itself is found by. */
function pathCondition(paths: readonly string[]): Json {
  const exact = paths.filter((path) => !path.endsWith('*'));
  const prefixes = paths.filter((path) => path.endsWith('*')).map((path) => literal(path.slice(0, -1)));
  const isExact = ['uri', 'in', exact];
  const isBelow = ['uri', '~~', `^(?:${prefixes.join('|')})`];
  if (prefixes.length === 0) return isExact;
  return exact.length === 0 ? isBelow : ['OR', isExact, isBelow];
}

function literal(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

export function isRestricted({ kind, body }: DesiredObject): boolean {
  return kind === 'routes' && body['plugins'] !== undefined;
}

/** The same objects, with routes that let everybody through: only to ask what a control plane would say to them. */
export function unrestricted(objects: readonly DesiredObject[]): readonly DesiredObject[] {
  return objects.map((object) =>
    isRestricted(object) ? { ...object, body: withoutKeys(object.body, ['plugins']) } : object,
  );
}

export function isRejection(error: unknown): boolean {
  return error instanceof Failure && error.reason === 'GatewayRejected';
}

export function withoutPluginFailure(gateway: string) {
  return permanent(
    'AuthorizationNotSupported',
    `The gateway ${gateway} does not take a route with the plugin ${denyPlugin}, by which it refuses what spec.authorization does not allow: add the plugin to its configuration; its routes stay as they were`,
  );
}
