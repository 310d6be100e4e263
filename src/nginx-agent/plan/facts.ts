import type { About } from '../release/about.ts';
import type { Composed } from '../release/compose.ts';

/** What is wanted, as far as it can be told from what is mounted. */
export type Wanted =
  | { readonly kind: 'ready'; readonly release: Composed }
  | { readonly kind: 'waiting' | 'rejected'; readonly reason: string; readonly message: string };

/** A release that was rejected by `nginx -t`, or put back after NGINX had taken it up. */
export interface Rejection {
  readonly id: string;
  /** How often in a row; the pause until the next try grows with it. */
  readonly count: number;
  readonly at: Temporal.Instant;
  readonly reason: string;
  readonly message: string;
}

/** What `nginx -t` said. */
export type TestResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly message: string };

export interface Worker {
  readonly pid: number;
  /** In ticks of the kernel since the machine started: who has more is younger. */
  readonly startedAt: number;
}

/** What a worker showed last over the agent's own server block. */
export interface Shown {
  readonly loads: string;
  readonly leaf: string;
  readonly authorities: string;
}

/** What a client sees at a port. */
export type Door = { readonly port: number } & (
  | { readonly kind: 'open'; readonly leaf: string; readonly rejectsStrangers: boolean }
  /**
   * `why` completes the sentence "a handshake at port 8443 fails: ..."; `isRefused` where it is NGINX that ends it, and
   * not the network.
   */
  | { readonly kind: 'failing'; readonly why: string; readonly isRefused: boolean }
);

/** The one reload that was asked for last in this life of the agent. */
export interface Reload {
  readonly id: string;
  readonly at: Temporal.Instant;
}

/** All that a decision is made of. The agent derives it from files and processes each time; of itself it keeps little. */
export interface Facts {
  readonly now: Temporal.Instant;
  readonly wanted: Wanted;
  /** Releases that are laid out whole, oldest first. */
  readonly laid: readonly About[];
  /** The release that NGINX loads when it loads, and since when that is so. */
  readonly current?: { readonly id: string; readonly since: Temporal.Instant };
  /** The last release that was seen to be served as it is meant. */
  readonly good?: string;
  readonly rejections: readonly Rejection[];
  /** Of releases by their own, in this life of the agent. */
  readonly tests: ReadonlyMap<string, TestResult>;
  /** Of the whole configuration of the machine, with the release that is current; left out where there is none but ours. */
  readonly machine?: { readonly id: string; readonly result: TestResult };
  /** Whether the configuration of a machine must pass, too. */
  readonly asksMachine: boolean;
  readonly canTest: boolean;
  readonly isRunning: boolean;
  /** NGINX that was killed left its socket, and one that starts cannot listen there: it tries for two seconds. */
  readonly hasDeadSocket?: boolean;
  readonly workers: readonly Worker[];
  /** By the pid of the worker. */
  readonly shown: ReadonlyMap<number, Shown>;
  readonly doors: readonly Door[];
  readonly reload?: Reload;
  readonly reloadTimeout: Temporal.Duration;
}
