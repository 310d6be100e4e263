import type { ConditionType } from '../api/conditions.ts';
import { isUnknown } from '../api/reasons/catalogue.ts';
import type { CertificateStatus, GatewayStatus } from '../api/status.ts';
import type { Findings, PartOutcome } from '../plan/status.ts';
import { Failure } from '../std/failure.ts';
import type { Finding } from '../std/finding.ts';

/** How a part ended from which the way goes on. `Unknown` is for what cannot be judged here. */
export interface PartResult<Value> {
  readonly value: Value;
  readonly status?: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** Something is wrong here, and what comes after is right all the same. */
  readonly failure?: Failure;
  /** Something works and is still on its way to what it shall be; with the status False it is not right meanwhile. */
  readonly pending?: Failure;
}

/** The way through one reconcile: part after part, and what is to be said of each. */
export class Progress {
  readonly #types: readonly ConditionType[];
  readonly #outcomes = new Map<ConditionType, PartOutcome>();
  readonly #certificates: CertificateStatus[] = [];
  #gateway: GatewayStatus | undefined;
  #announced: GatewayStatus | undefined;
  #hosts: string | undefined;
  #failure: Failure | undefined;
  #pending: Failure | undefined;
  readonly #warnings: Finding[] = [];
  readonly #ends: Temporal.Instant[] = [];
  readonly #written: string[] = [];

  readonly startedAt: Temporal.Instant;

  /** `types` are the conditions of the kind, in the order in which they are worked on. */
  constructor(types: readonly ConditionType[], startedAt: Temporal.Instant) {
    this.#types = types;
    this.startedAt = startedAt;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  get pending(): Failure | undefined {
    return this.#pending;
  }

  get certificates(): readonly CertificateStatus[] {
    return this.#certificates;
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

  /** Certificates that were written to their Secrets, and why: `server (RenewalDue)`. */
  get written(): readonly string[] {
    return this.#written;
  }

  addWritten(certificate: string, because: string): void {
    this.#written.push(`${certificate} (${because})`);
  }

  addCertificate(certificate: CertificateStatus): void {
    this.#certificates.push(certificate);
  }

  /** One line for people, see `hostsLine`. */
  setHosts(hosts: string): void {
    this.#hosts = hosts;
  }

  setGateway(gateway: GatewayStatus): void {
    this.#gateway = gateway;
  }

  /** What the status says of the gateway meanwhile, where that was written before the end. */
  get announced(): GatewayStatus | undefined {
    return this.#announced;
  }

  noteAnnounced(gateway: GatewayStatus): void {
    this.#announced = gateway;
  }

  /** Addresses of the data plane at which it was proven; none where nothing could be probed. */
  setDataPlane(addresses: readonly string[]): void {
    if (this.#gateway === undefined || addresses.length === 0) return;
    this.#gateway = { ...this.#gateway, dataPlane: [...addresses] };
  }

  /**
   * Goes the way until its end or its first failure, which is kept for the report. A conflict is thrown on: somebody
   * wrote first, the next run reads that, and nobody needs to hear of it.
   */
  async walk(way: () => Promise<void>): Promise<void> {
    try {
      await way();
    } catch (error) {
      if (!(error instanceof Failure) || error.reason === 'Conflict') throw error;
      this.#failure ??= error;
    }
  }

  async part<Value>(type: ConditionType, work: () => Promise<PartResult<Value>>): Promise<Value> {
    try {
      const { value, status = 'True', reason, message, failure, pending } = await work();
      this.#outcomes.set(type, { type, status, reason, message });
      this.#failure ??= failure;
      this.#pending ??= pending;
      return value;
    } catch (error) {
      if (error instanceof Failure) {
        const status = isUnknown(error.reason) ? 'Unknown' : 'False';
        this.#outcomes.set(type, { type, status, reason: error.reason, message: error.message });
      }
      throw error;
    }
  }

  findings(): Findings {
    return {
      parts: this.#types.map((type) => this.#outcomes.get(type) ?? { type, ...notReached }),
      certificates: this.#certificates,
      warnings: this.#warnings,
      ...(this.#hosts === undefined ? {} : { hosts: this.#hosts }),
      ...(this.#gateway === undefined ? {} : { gateway: this.#gateway }),
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
