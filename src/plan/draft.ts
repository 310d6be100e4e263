import type { ConditionType } from '../api/conditions.ts';
import { isUnknown } from '../api/reasons/catalogue.ts';
import type { AcceptsStatus, CertificateStatus, GatewayStatus } from '../api/status.ts';
import { Failure } from '../std/failure.ts';
import type { Finding } from '../std/finding.ts';
import type { Steps } from '../std/steps.ts';
import type { Revoked } from './status/former.ts';
import type { KeptRootFindings } from './status/kept-roots.ts';
import type { Refusing } from './status/refused.ts';
import type { RotationFinding } from './status/rotation.ts';
import type { Findings, PartOutcome } from './status/status.ts';
import type { Look, Step } from './steps.ts';

/** How far one part of a plan is. */
export type PartPlan<Value> = Found<Value> | Needed;

/** It ended, and what comes after it can be planned. `Unknown` is for what cannot be judged here. */
export interface Found<Value> {
  readonly value: Value;
  readonly status?: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** Something is wrong here, and what comes after is right all the same. */
  readonly failure?: Failure | undefined;
  /** Something works and is still on its way to what it shall be; with the status False it is not right meanwhile. */
  readonly pending?: Failure | undefined;
}

/** Something is to be looked at, or to be done, before more can be said. */
export type Needed = { readonly looks: readonly Look[] } | { readonly steps: readonly Step[] };

export function isNeeded(part: object): part is Needed {
  return 'looks' in part || 'steps' in part;
}

/** A plan while it is made: part after part, until one fails or needs something. */
export class Draft {
  readonly #types: readonly ConditionType[];
  readonly #outcomes = new Map<ConditionType, PartOutcome>();
  readonly #certificates: CertificateStatus[] = [];
  readonly #warnings: Finding[] = [];
  readonly #ends: Temporal.Instant[] = [];
  readonly #expected = new Set<ConditionType>();
  #needed: Needed | undefined;
  #revoked: Revoked | undefined;
  #refused: Refusing | undefined;
  #gateway: GatewayStatus | undefined;
  #rotation: RotationFinding | undefined;
  #keptRoots: KeptRootFindings | undefined;
  #hosts: string | undefined;
  #accepts: AcceptsStatus | undefined;
  #allowedIssuers: readonly string[] | undefined;
  #failure: Failure | undefined;
  #pending: Failure | undefined;

  /** `types` are the conditions of the kind, in the order in which they are worked on. */
  constructor(types: readonly ConditionType[]) {
    this.#types = types;
  }

  get needed(): Needed | undefined {
    return this.#needed;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  get pending(): Failure | undefined {
    return this.#pending;
  }

  /** Moments after which something that was looked at is no longer so, by the clock alone. */
  get ends(): readonly Temporal.Instant[] {
    return this.#ends;
  }

  lookAgainAfter(end: Temporal.Instant): void {
    this.#ends.push(end);
  }

  /** What works and a person should know. */
  warn(finding: Finding): void {
    this.#warnings.push(finding);
  }

  addCertificate(certificate: CertificateStatus): void {
    this.#certificates.push(certificate);
  }

  /** How far the CA that follows another one is. */
  setRotation(rotation: RotationFinding): void {
    this.#rotation = rotation;
  }

  /** Which CAs are trusted although no bundle has them any more. */
  setKeptRoots(roots: KeptRootFindings): void {
    this.#keptRoots = roots;
  }

  /** A condition that is not always there: as long as nothing else is known, it stays. */
  expect(type: ConditionType): void {
    this.#expected.add(type);
  }

  /** Nothing is to be said of it any more. */
  drop(type: ConditionType): void {
    this.#expected.delete(type);
    this.#outcomes.delete(type);
  }

  setRevoked(revoked: Revoked): void {
    this.#revoked = revoked;
  }

  /** Whom the gateway refuses just now. */
  setRefused(refused: Refusing): void {
    this.#refused = refused;
  }

  /** A request with a certificate of each of these was refused just now. */
  proveRefused(proven: readonly string[]): void {
    if (this.#refused !== undefined) this.#refused = { ...this.#refused, proven };
  }

  /** One line for people, see `hostsLine`. */
  setHosts(hosts: string): void {
    this.#hosts = hosts;
  }

  /** For MtlsUpstreams that allow its clients. */
  setAccepts(accepts: AcceptsStatus): void {
    this.#accepts = accepts;
  }

  /** For MtlsGateways whose CA is rotated. */
  setAllowedIssuers(issuers: readonly string[]): void {
    this.#allowedIssuers = issuers;
  }

  setGateway(gateway: GatewayStatus): void {
    this.#gateway = gateway;
  }

  /** Addresses of the data plane at which it was proven; none where nothing could be probed. */
  setDataPlane(addresses: readonly string[]): void {
    if (this.#gateway === undefined || addresses.length === 0) return;
    this.#gateway = { ...this.#gateway, dataPlane: [...addresses] };
  }

  /** All of it, until its end or its first failure, which is kept for the status. */
  *follow(way: Steps<void>): Steps<void> {
    try {
      yield* way;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#failure ??= error;
    }
  }

  /** What was found of a part that needs nothing. */
  conclude(type: ConditionType, { status = 'True', reason, message, failure, pending }: Found<unknown>): void {
    this.expect(type);
    this.#outcomes.set(type, { type, status, reason, message });
    this.#failure ??= failure;
    this.#pending ??= pending;
  }

  /** The value of a part; undefined where it needs something first, and nothing after it can be planned. */
  *part<Value>(type: ConditionType, work: Steps<PartPlan<Value>>): Steps<Value | undefined> {
    try {
      const found = yield* work;
      if (isNeeded(found)) return this.need(found);
      this.conclude(type, found);
      return found.value;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { reason, message } = error;
      this.#outcomes.set(type, { type, status: isUnknown(reason) ? 'Unknown' : 'False', reason, message });
      throw error;
    }
  }

  need(needed: Needed): undefined {
    this.#needed = needed;
  }

  findings(): Findings {
    return {
      parts: [...new Set([...this.#types, ...this.#expected])].map(
        (type) => this.#outcomes.get(type) ?? { type, ...notReached },
      ),
      certificates: this.#certificates,
      warnings: this.#warnings,
      ...(this.#revoked === undefined ? {} : { revoked: this.#revoked }),
      ...(this.#refused === undefined ? {} : { refused: this.#refused }),
      ...(this.#hosts === undefined ? {} : { hosts: this.#hosts }),
      ...(this.#allowedIssuers === undefined ? {} : { allowedIssuers: this.#allowedIssuers }),
      ...(this.#accepts === undefined ? {} : { accepts: this.#accepts }),
      ...(this.#gateway === undefined ? {} : { gateway: this.#gateway }),
      ...(this.#rotation === undefined ? {} : { rotation: this.#rotation }),
      ...(this.#keptRoots === undefined ? {} : { keptRoots: this.#keptRoots }),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      ...(this.#pending === undefined ? {} : { pending: this.#pending }),
    };
  }
}

export const notReached = {
  status: 'Unknown',
  reason: 'NotReached',
  message: 'Not checked: an earlier step has failed',
} as const;
