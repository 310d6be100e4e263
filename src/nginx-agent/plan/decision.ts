import type { Composed } from '../release/compose.ts';

/** Why nothing is done now. `served`: what is current is what NGINX shows. */
interface Pause {
  readonly do: 'wait';
  readonly state: 'served' | 'proving' | 'blocked';
  /** CamelCase; empty where there is nothing to tell. */
  readonly reason: string;
  /** A sentence without a final period. */
  readonly message: string;
}

/** One thing to do; then everything is looked at again. Each is safe to repeat, and to be killed within. */
export type Decision =
  | { readonly do: 'unlink socket' }
  | { readonly do: 'lay'; readonly release: Composed }
  | { readonly do: 'test'; readonly id: string }
  | { readonly do: 'switch'; readonly id: string; readonly why: string }
  | { readonly do: 'test-machine'; readonly id: string }
  | { readonly do: 'reload'; readonly id: string; readonly why: string }
  | { readonly do: 'approve'; readonly id: string }
  | { readonly do: 'reject'; readonly id: string; readonly reason: string; readonly message: string }
  | { readonly do: 'remove'; readonly ids: readonly string[] }
  | Pause;
