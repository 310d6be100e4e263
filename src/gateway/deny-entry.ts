import type { CertificateDenial, Denial, UnverifiedDenial } from '../model/denial.ts';
import { idPrefix, type MarkedOwner } from '../model/ownership.ts';
import type { Json } from '../model/remote-object.ts';

/**
 * One alternative of the rule for clients that are refused: an AND of conditions in the language of lua-resty-expr. Pure.
 * A global rule has no labels: whose an entry is, and until when it is needed, stands as a text among the values that it
 * compares with, where it is equal to nothing.
 */
export interface Entry {
  readonly expression: Json;
  /** `idPrefix` of its owner. */
  readonly owner: string;
  readonly until?: string | undefined;
  /** Of clients that were not verified. */
  readonly isUnverified: boolean;
}

/** Each begins with the condition that is cheapest, or true of the fewest requests, and has its mark in the second one. */
export function entryOf(owner: MarkedOwner, denial: Denial): Entry {
  const id = idPrefix(owner);
  const { until } = denial;
  const mark = until === undefined ? `#${id}` : `#${id} until ${until}`;
  const isUnverified = denial.by === 'unverified';
  const expression = isUnverified ? ofUnverified(denial, mark) : ofCertificates(denial, mark);
  return { expression, owner: id, until, isUnverified };
}

const variables = { serialNumber: 'ssl_client_serial', subject: 'ssl_client_s_dn', issuer: 'ssl_client_i_dn' } as const;
const verification = 'ssl_client_verify';
const success = 'SUCCESS';

/**
 * A client without a certificate is of no issuer; on exempt paths a self-made CA may bear any name, so it must have been
 * verified. An SNI is one in any case.
 */
function ofCertificates({ issuer, by, values, hosts }: CertificateDenial, mark: string): Json {
  const compared = [variables[by], 'in', [...shownAs(by, issuer, values), mark]];
  const verified = [verification, '==', success];
  return [
    ...(by === 'issuer' ? [verified, compared] : [['ssl_client_i_dn', '==', issuer], compared, verified]),
    ['ssl_server_name', '~*', `^${anyOf(hosts)}$`],
  ];
}

/**
 * Negations are true of the plain port, too, where there is no SNI: the hosts keep it out (measured). By the clock of the
 * gateway the entry ends also where nobody is left to take it away.
 */
function ofUnverified({ hosts, except, until }: UnverifiedDenial, mark: string): Json {
  const others = except.length === 0 ? '' : `(?!${anyOf(except)}$)`;
  return [
    [verification, '~=', success],
    [verification, '~=', mark],
    ['ssl_server_name', '~*', `^${others}${anyOf(hosts)}$`],
    ['msec', '<', Temporal.Instant.from(until).epochMilliseconds / 1000],
  ];
}

function anyOf(hosts: readonly string[]): string {
  return `(?:${hosts.map(hostPattern).join('|')})`;
}

/** As the gateway has them in its variables. */
function shownAs(by: CertificateDenial['by'], issuer: string, values: readonly string[]): readonly string[] {
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
export function readEntry(expression: Json): Entry | undefined {
  const [name, operator, values] = secondOf(expression);
  const mark: unknown = Array.isArray(values) ? values.at(-1) : values;
  const { owner, until } = (typeof mark === 'string' && markPattern.exec(mark)?.groups) || {};
  const isUnverified = name === verification && operator === '~=';
  return owner === undefined ? undefined : { expression, owner, until, isUnverified };
}

/** How many values an entry compares with; the mark is none. */
export function sizeOf({ expression }: Entry): number {
  const [, , values] = secondOf(expression);
  return Array.isArray(values) ? values.length - 1 : 1;
}

function secondOf(expression: Json): readonly Json[] {
  const second: unknown = Array.isArray(expression) ? expression[1] : undefined;
  return Array.isArray(second) ? second : [];
}
