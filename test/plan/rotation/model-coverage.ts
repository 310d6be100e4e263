/** Of a rotation, and of a resource of which no CA is exchanged. */
const states = ['Stable', 'Prepared', 'Trusted', 'Switched', 'Drained', 'Retired'] as const;
export type State = (typeof states)[number];

const faults = ['none', 'killed', 'a write refused', 'gateway away', 'data plane wrong', 'key lost'] as const;
export type Fault = (typeof faults)[number];

/** A Secret has the key of another CA only while there is one. */
function canOccur(state: State, fault: Fault): boolean {
  return fault !== 'key lost' || state !== 'Stable';
}

/** How often each fault was there in each state. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  note(state: State, fault: Fault): void {
    this.#counts.set(`${state} ${fault}`, this.count(state, fault) + 1);
  }

  count(state: State, fault: Fault): number {
    return this.#counts.get(`${state} ${fault}`) ?? 0;
  }

  /** Each that can occur, as `Trusted killed`. */
  missing(): readonly string[] {
    return cells().flatMap(({ state, fault }) => (this.count(state, fault) > 0 ? [] : [`${state} ${fault}`]));
  }
}

export function cells(): readonly { readonly state: State; readonly fault: Fault }[] {
  return states.flatMap((state) => faults.filter((fault) => canOccur(state, fault)).map((fault) => ({ state, fault })));
}
