import assert from 'node:assert/strict';
import type { NginxLook } from '../../../src/plan/nginx/judge.ts';
import type { NginxQuestion } from '../../../src/plan/steps.ts';
import { transient } from '../../../src/std/failure.ts';
import type { Rehearsal } from '../rehearse.ts';
import { acknowledge, certificates, isAccepted, text } from './given.ts';

/** A client of a gateway with what it has loaded, which it does when it likes. */
export class Client {
  readonly name: string;
  readonly #trustsOne: boolean;
  #leaf = '';
  #trust = '';

  /** `trustsOne`: of a file of CAs it trusts the first alone, if the gateway is accepted by that. */
  constructor(name: string, { trustsOne }: { readonly trustsOne: boolean }) {
    this.name = name;
    this.#trustsOne = trustsOne;
  }

  /** Loads what is in its Secret; `says`: and says so. */
  follow(rehearsal: Rehearsal, says: boolean): void {
    this.#leaf = text(rehearsal, this.name, 'tls.crt');
    const trust = text(rehearsal, this.name, 'ca.crt');
    const isEnough = isAccepted(tlsAtGateway(rehearsal).chain, firstOf(trust), rehearsal.now);
    this.#trust = this.#trustsOne && isEnough ? firstOf(trust) : trust;
    if (says) acknowledge(rehearsal, this.name);
  }

  /** Whether its certificate is of that CA, and has not ended. */
  holdsLeafOf(caPem: string, at: Temporal.Instant): boolean {
    return isAccepted(firstOf(this.#leaf), caPem, at);
  }

  isAcceptedBy(rehearsal: Rehearsal): boolean {
    return isAccepted(this.#leaf, tlsAtGateway(rehearsal).trust, rehearsal.now);
  }

  /** Both accept each other, as long as neither certificate has ended. */
  check(rehearsal: Rehearsal): void {
    const { chain } = tlsAtGateway(rehearsal);
    if (isOver(this.#leaf, rehearsal) || isOver(chain, rehearsal)) return;
    assert.ok(this.isAcceptedBy(rehearsal), `the gateway rejects ${this.name}`);
    assert.ok(isAccepted(chain, this.#trust, rehearsal.now), `${this.name} rejects the gateway`);
  }
}

/** What the gateway shows, and whom it trusts. */
function tlsAtGateway(rehearsal: Rehearsal) {
  const [ssl] = rehearsal.atGateway();
  const { cert, client } = (ssl?.body ?? {}) as unknown as { cert: string; client: { ca: string } };
  return { chain: cert, trust: client.ca };
}

/** An NGINX that loads its Secret when it likes. */
export class Nginx {
  #chain = '';
  #trust = '';

  load(rehearsal: Rehearsal): void {
    this.#chain = text(rehearsal, 'mtls-nginx-server', 'tls.crt');
    this.#trust = text(rehearsal, 'mtls-nginx-server', 'ca.crt');
  }

  /** As src/observe/nginx.ts finds it. */
  look({ client, leaf, other }: NginxQuestion, at: Temporal.Instant): NginxLook {
    const finding = (weight: 'stops' | 'fails' | 'waits', reason: string): NginxLook => ({
      finding: { weight, failure: transient(reason, reason) },
    });
    if (this.#chain === '') return finding('fails', 'NginxUnreachable');
    if (!isAccepted(client.chainPem, this.#trust, at)) return finding('stops', 'NginxRefuses');
    if (certificates(this.#chain)[0]?.sha256Fingerprint !== leaf) return finding('waits', 'NginxReloading');
    const passes = other !== undefined && certificates(this.#trust).some((one) => isSame(one, other.issuer.facts));
    return other === undefined || passes === other.mustPass ? {} : finding('waits', 'NginxTrustNotLoaded');
  }

  /** It accepts what the gateway shows at this moment, as long as that has not ended. */
  check(rehearsal: Rehearsal): void {
    const shown = shownTo(rehearsal);
    if (!isOver(shown, rehearsal)) assert.ok(this.accepts(rehearsal), 'NGINX rejects the gateway');
  }

  /** Whether the gateway shows a certificate of that CA. */
  isShownLeafOf(caPem: string, rehearsal: Rehearsal): boolean {
    return isAccepted(firstOf(shownTo(rehearsal)), caPem, rehearsal.now);
  }

  accepts(rehearsal: Rehearsal): boolean {
    return isAccepted(shownTo(rehearsal), this.#trust, rehearsal.now);
  }
}

/** Without what stands behind it. */
function firstOf(chainPem: string): string {
  return chainPem.split(/(?=-----BEGIN)/)[0] ?? '';
}

/** What the gateway shows as a client; empty where it shows nothing. */
function shownTo(rehearsal: Rehearsal): string {
  const shown = rehearsal.atGateway().find(({ kind }) => kind === 'ssls');
  return ((shown?.body ?? { cert: '' }) as unknown as { cert: string }).cert;
}

/** A gateway that was away for too long shows what nobody could renew; that is no matter of a rotation. */
function isOver(pem: string, { now }: Rehearsal): boolean {
  const [leaf] = certificates(pem);
  return leaf === undefined || Temporal.Instant.compare(leaf.notAfter, now) < 0;
}

function isSame(one: { readonly sha256Fingerprint: string }, other: { readonly sha256Fingerprint: string }): boolean {
  return one.sha256Fingerprint === other.sha256Fingerprint;
}
