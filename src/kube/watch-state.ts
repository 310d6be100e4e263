/** How one watch is doing, for metrics. */
export interface WatchState {
  /** Plural name of the type. */
  readonly resource: string;
  /** `*` is all. */
  readonly namespace: string;
  /** Whether whole objects come, or only their metadata. */
  readonly content: 'whole' | 'metadata';
  /** Whole lists that were read: more than one means that the server no longer knew where we were. */
  readonly lists: number;
  /** Times that it ended by an error. */
  readonly interruptions: number;
  /** Since anything came, bookmarks too; undefined where nothing has come yet. */
  readonly silentMilliseconds: number | undefined;
}
