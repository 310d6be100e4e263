import type { ConditionType } from '../conditions.ts';

/**
 * The catalogue of reasons: each CamelCase word that a condition, an Event or the end of the process carries, what it
 * means, and what to do. The pages of docs are made of it; all that the operator decides by it is when an Event is due,
 * and whether a failure makes a condition `Unknown`.
 * A new reason is one new entry in the file of its section; test/api/reasons.test.ts asks for it by name, and for the
 * classes with which the sources give it.
 */
export type ReasonClass =
  /** `transient`: the operator tries again by itself. */
  | 'transient'
  /** `permanent`: a person must act. */
  | 'permanent'
  /** A finding in material that was brought along, with which nothing goes on; the resource is `permanent` then. */
  | 'hard'
  /** A finding with which everything goes on: MaterialWarning. */
  | 'soft'
  /** Nothing has failed: how things stand. */
  | 'state'
  /** Why a certificate was issued. */
  | 'issue'
  /** Only in an Event: what happened. */
  | 'event';

/** Markdown, as a part of a sentence: it begins in lower case and has no full stop. */
export interface Words {
  readonly means: string;
  readonly act?: string;
  /** Beside the class: which of several it is, or what goes on meanwhile. */
  readonly when?: string;
}

export interface Reason {
  readonly classes: readonly [ReasonClass, ...ReasonClass[]];
  readonly en: Words;
  readonly zh: Words;
  /** Of a state: the conditions that carry it. */
  readonly of?: readonly ConditionType[];
  /** A condition with this reason is `Unknown`, neither `True` nor `False`: what it is about could not be judged. */
  readonly unknown?: true;
  /** It may be nothing but the start, since others have yet to load what was just written: see plan/early.ts. */
  readonly early?: true;
}

export type Section = Readonly<Record<string, Reason>>;
