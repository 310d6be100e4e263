import { answer, type Behaviour } from './admin-server.ts';

interface Entry {
  readonly id: string;
  readonly created: number;
  readonly updated: number;
}

/**
 * A collection of API7 Enterprise that somebody changes whenever its first page was given. It comes by `updated_at`
 * descending, as theirs do, unless `order_by` and `direction` say otherwise.
 */
export class ChangingList {
  #entries: readonly Entry[];
  #moment: number;
  readonly #change: (list: ChangingList) => void;

  constructor(ids: readonly string[], change: (list: ChangingList) => void) {
    this.#entries = ids.map((id, at) => ({ id, created: at, updated: at }));
    this.#moment = ids.length;
    this.#change = change;
  }

  edit(id: string): void {
    this.#moment += 1;
    this.#entries = this.#entries.map((entry) => (entry.id === id ? { ...entry, updated: this.#moment } : entry));
  }

  /** False where there is none. */
  remove(id: string): boolean {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
    return this.#entries.length < before;
  }

  make(id: string): void {
    this.#moment += 1;
    this.#entries = [...this.#entries, { id, created: this.#moment, updated: this.#moment }];
  }

  readonly behave: Behaviour = (request, response, seen) => {
    const { order_by = 'updated_at', direction = 'desc', page, page_size } = request.query;
    const time = order_by === 'created_at' ? 'created' : 'updated';
    const sign = direction === 'asc' ? 1 : -1;
    const from = (Number(page) - 1) * Number(page_size);
    const list = this.#entries.toSorted((one, other) => sign * (one[time] - other[time]));
    const ids = list.slice(from, from + Number(page_size)).map(({ id }) => ({ id }));
    answer(200, { list: ids, total: list.length })(request, response, seen);
    if (page === '1') this.#change(this);
  };
}
