/**
 * Who may act: one process at a time for each Lease. What lives here decides and holds on to leadership; it knows no
 * kind of ours and writes nothing but its Lease. Expiry is judged by how long a record has not changed on our own
 * monotonic clock, as client-go does, so wall clocks that disagree do no harm.
 */

/** What a Lease says, coordination.k8s.io/v1. */
export interface LeaseRecord {
  /** Empty: nobody holds it. */
  readonly holder: string;
  readonly durationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  /** How often it went from one holder to another. */
  readonly transitions: number;
}

/** A record at the API server; a write against another version than the present one is refused there. */
export interface StoredLease {
  readonly record: LeaseRecord;
  readonly version: string;
}

/** Who asks for the Lease, and how patient it is. */
export interface Candidate {
  /** Of this process and no other, ever: a restart is somebody else. */
  readonly identity: string;
  /** How long the others wait after our last sign of life. */
  readonly leaseMilliseconds: number;
  /** How long we hold on without a renewal; the difference to the above is what clocks may disagree about. */
  readonly renewDeadlineMilliseconds: number;
}
