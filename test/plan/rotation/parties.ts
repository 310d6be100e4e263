import assert from 'node:assert/strict';
import type { NginxLook } from '../../../src/plan/nginx/judge.ts';
import type { NginxQuestion } from '../../../src/plan/steps.ts';
import { transient } from '../../../src/std/failure.ts';
import type { Rehearsal } from '../rehearse.ts';
import { certificates, isAccepted, loaded, secret, text } from './given.ts';

/** A client of a gateway with what it has loaded, which it does when it likes. */
export class Client {
  readonly name: string;
  #leaf = '';
  #trust = '';

  constructor(name: string) {
    this.name = name;
  }

  /** Loads what is in its Secret; `says`: and says so. */
  follow(rehearsal: Rehearsal, says: boolean): void {
    this.#leaf = text(rehearsal, this.name, 'tls.crt');
    this.#trust = text(rehearsal, this.name, 'ca.crt');
    if (!says) return;
    const seen = secret(rehearsal, this.name);
    const [leaf] = certificates(this.#leaf);
    const annotations = { ...seen.metadata.annotations, [loaded]: leaf?.sha256Fingerprint ?? '' };
    rehearsal.secrets.set(this.name, { ...seen, metadata: { ...seen.metadata, annotations } });
  }

  /** Both accept each other, as long as neither certificate has ended. */
  check(rehearsal: Rehearsal): void {
    const { chain, trust } = tlsAtGateway(rehearsal);
    if (isOver(this.#leaf, rehearsal) || isOver(chain, rehearsal)) return;
    assert.ok(isAccepted(this.#leaf, trust, rehearsal.now), `the gateway rejects ${this.name}`);
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
    const shown = rehearsal.atGateway().find(({ kind }) => kind === 'ssls');
    if (shown === undefined) return;
    const { cert } = shown.body as unknown as { cert: string };
    if (isOver(cert, rehearsal)) return;
    assert.ok(isAccepted(cert, this.#trust, rehearsal.now), 'NGINX rejects the gateway');
  }
}

/** A gateway that was away for too long shows what nobody could renew; that is no matter of a rotation. */
function isOver(pem: string, { now }: Rehearsal): boolean {
  const [leaf] = certificates(pem);
  return leaf === undefined || Temporal.Instant.compare(leaf.notAfter, now) < 0;
}

function isSame(one: { readonly sha256Fingerprint: string }, other: { readonly sha256Fingerprint: string }): boolean {
  return one.sha256Fingerprint === other.sha256Fingerprint;
}
