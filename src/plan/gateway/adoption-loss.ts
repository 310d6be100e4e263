import {
  type DesiredObject,
  isJsonObject,
  type Json,
  type JsonObject,
  type ObservedObject,
} from '../../model/remote-object.ts';
import { certificatesIn } from '../../pki/x509/pem.ts';

/**
 * What would be lost if the desired object stood in the place of the present one, as the end of a sentence; undefined:
 * nothing. A request or a client that is served now is served afterwards, and what guards it still does.
 */
export function adoptionLoss(
  from: ObservedObject,
  object: DesiredObject,
  trusts: readonly string[],
  trust: readonly string[],
): string | undefined {
  return (
    lostHosts(from, object) ??
    lostRequests(from.body, object.body) ??
    lostSettings(from.body) ??
    lostVerification(from.body['client'], object.body['client']) ??
    lostClients(trusts, trust)
  );
}

function lostHosts({ claims = [] }: ObservedObject, object: DesiredObject): string | undefined {
  const lost = claims.filter((name) => !object.claims?.includes(name));
  return lost.length === 0 ? undefined : `also serves ${lost.slice(0, 5).join(', ')}, which is not in spec.hosts`;
}

/** Of services and routes. A list that is not there means all. */
function lostRequests(from: JsonObject, to: JsonObject): string | undefined {
  const lists: readonly (readonly [string, Json | undefined, Json | undefined])[] = [
    ['hosts', from['hosts'] ?? from['host'], to['hosts']],
    ['methods', from['methods'], to['methods']],
    ['paths', from['paths'] ?? from['uris'] ?? from['uri'], to['paths'] ?? to['uris']],
  ];
  const lost = lists.find(([, before, after]) => !isWithin(before, after));
  return lost === undefined ? undefined : `matches ${lost[0]} that are not in the spec`;
}

function isWithin(before: Json | undefined, after: Json | undefined): boolean {
  if (!Array.isArray(after)) return true;
  if (before === undefined || before === null) return false;
  const names = Array.isArray(before) ? before : [before];
  return names.every((name) => after.includes(name));
}

/** They decide who gets where, and no resource of ours has them. */
const settings = [
  'plugins',
  'plugin_config_id',
  'script',
  'vars',
  'filter_func',
  'remote_addr',
  'remote_addrs',
  'path_prefix',
  'priority',
  'timeout',
  'enable_websocket',
  'ssl_protocols',
] as const;

function lostSettings(from: JsonObject): string | undefined {
  const lost = settings.filter((key) => !isNothing(from[key]));
  if (from['type'] === 'client') return 'is a client certificate, not the server certificate of a host';
  return lost.length === 0 ? undefined : `has ${lost.join(', ')}, which would be lost`;
}

function isNothing(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isJsonObject(value)) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === false || value === 0 || value === '' || value === '/';
}

/** Of an `ssls`: how far below its CA a client may be, and where none is asked for a certificate. */
function lostVerification(from: Json | undefined, to: Json | undefined): string | undefined {
  if (!isJsonObject(from) || !isJsonObject(to)) return undefined;
  if (Number(from['depth'] ?? 1) > Number(to['depth'])) {
    return `accepts client certificates with up to ${from['depth']} intermediates: set spec.clientVerification.depth first`;
  }
  if (isNothing(from['skip_mtls_uri_regex']) || !isNothing(to['skip_mtls_uri_regex'])) return undefined;
  return 'exempts paths from client verification: add them to spec.clientVerification.exemptPaths first';
}

function lostClients(trusts: readonly string[], trust: readonly string[]): string | undefined {
  const known = new Set(trust.flatMap(certificatesIn));
  const isKnown = trusts.flatMap(certificatesIn).every((certificate) => known.has(certificate));
  if (isKnown) return undefined;
  return 'accepts clients of a CA that the spec does not trust: add it to spec.ca or spec.clientTrust first';
}
