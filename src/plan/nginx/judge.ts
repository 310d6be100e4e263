import type { ProbeResult } from '../../model/probe-result.ts';
import { type Fingerprint, readFingerprint } from '../../nginx/fingerprint.ts';
import { type Failure, transient } from '../../std/failure.ts';
import { isRefusal } from './refusal.ts';

/**
 * What is wrong with one NGINX, the worst first. `stops`: the gateway must not be pointed at it. `fails`: it could not
 * be looked at, and the gateway may know better. `lags`: mTLS is right, and it serves what the spec asked for before.
 * `waits`: it works, and will soon be as it should be.
 */
const weights = ['stops', 'fails', 'lags', 'waits'] as const;

export interface NginxFinding {
  readonly weight: (typeof weights)[number];
  readonly failure: Failure;
}

/** What one look at one NGINX found. */
export interface NginxLook {
  readonly finding?: NginxFinding;
  /** For people: why nobody can say which configuration it has loaded. */
  readonly unjudged?: string;
  /** Whether the gateway needs a CA that is kept to verify it; left out: that was not asked. */
  readonly needsKept?: boolean;
}

/** What NGINX is to serve: the fingerprint of the certificate, and that of the configuration. */
export interface Served {
  readonly leaf: string;
  readonly config: Fingerprint;
}

export function worstOf(findings: readonly NginxFinding[]): NginxFinding | undefined {
  return weights.flatMap((weight) => findings.filter((finding) => finding.weight === weight))[0];
}

/** The client certificate of the gateway must pass, and the certificate of NGINX must be ours. `where`: for people. */
export function judgeWithCertificate(result: ProbeResult, where: string, wanted: Served): NginxLook {
  const refuses = finding('stops', 'NginxRefuses', `${where} rejects the client certificate of the gateway`);
  switch (result.kind) {
    case 'unreachable':
      return { finding: unreachable(where) };
    case 'untrusted': {
      const what = `presents a certificate that is not the one of this resource (${result.reason})`;
      return { finding: finding('stops', 'NginxCertificateWrong', `${where} ${what}`) };
    }
    case 'refused':
      return { finding: refuses };
    case 'answered': {
      if (isRefusal(result)) return { finding: refuses };
      const look = judgeConfig(readFingerprint(result), where, wanted.config);
      if (look.finding !== undefined || result.leaf.sha256Fingerprint === wanted.leaf) return look;
      return { ...look, finding: finding('waits', 'NginxReloading', `${where} still serves its previous certificate`) };
    }
  }
}

/**
 * Only what it tells of this very resource counts against it. It tells nothing where an earlier version of the operator
 * or a person wrote what it has loaded, or where something before it answers; and several resources may have one NGINX.
 */
function judgeConfig(told: Fingerprint | undefined, where: string, wanted: Fingerprint): NginxLook {
  if (told === undefined) return { unjudged: `${where} does not report which configuration it has loaded` };
  if (told.resource !== wanted.resource)
    return {
      unjudged: `${where} has loaded the configuration of another resource, or of a deleted one of the same name`,
    };
  if (told.config === wanted.config) return {};
  const message = `${where} has not loaded the current configuration from the ConfigMap of this resource`;
  return { finding: finding('lags', 'NginxConfigNotLoaded', message) };
}

export function judgeWithoutCertificate(result: ProbeResult, where: string): NginxFinding | undefined {
  if (result.kind === 'unreachable') return unreachable(where);
  if (result.kind !== 'answered' || isRefusal(result)) return undefined;
  return finding('stops', 'NginxNotEnforcing', `${where} accepts a request without a client certificate`);
}

/** A CA that comes or goes is trusted or not once NGINX has loaded its file: until then nothing else goes on. */
export function judgeOtherCa(result: ProbeResult, mustPass: boolean, where: string): NginxFinding | undefined {
  if (result.kind === 'unreachable') return unreachable(where);
  const passes = result.kind === 'answered' && !isRefusal(result);
  if (passes === mustPass) return undefined;
  const what = mustPass
    ? 'does not accept clients of the CA that comes or goes yet'
    : 'still accepts clients of the CA that was retired';
  return finding('waits', 'NginxTrustNotLoaded', `${where} ${what}`);
}

/**
 * A certificate that only a probe has and that stands on each list: the gateway's passes, of the same CA, so what rejects
 * this one is the list. One that passes counts as a configuration that is not loaded.
 */
export function judgeRevoked(result: ProbeResult, where: string): NginxFinding | undefined {
  if (result.kind !== 'answered' || isRefusal(result)) return undefined;
  const message = `${where} accepts a client certificate that is on the list of revoked ones: it has not loaded the current ca.crl`;
  return finding('lags', 'NginxAcceptsRevoked', message);
}

/** One sentence for a closed port, a silent one and one that speaks no TLS: a tenant is not to scan the network by it. */
function unreachable(where: string): NginxFinding {
  return finding('fails', 'NginxUnreachable', `${where} could not be reached`);
}

function finding(weight: NginxFinding['weight'], reason: string, message: string): NginxFinding {
  return { weight, failure: transient(reason, message) };
}
