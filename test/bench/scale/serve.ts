/** The child's side of a `Worker`. */

/** What can be asked, by name. Arguments and answers travel as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: only `any` is assignable from every list of parameters.
export type Handlers = Readonly<Record<string, (...args: any[]) => unknown>>;

export interface Ask {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

export type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };

/** Answers what the parent asks until the parent lets go or dies; then calls `stop` and ends the process. */
export function serve<Served extends Handlers>(handlers: Served, stop: () => Promise<void> = async () => {}): Served {
  process.on('message', (message) => void answer(message as Ask, handlers));
  process.once('disconnect', () => void stop().finally(() => process.exit(0)));
  return handlers;
}

async function answer({ id, name, args }: Ask, handlers: Handlers): Promise<void> {
  try {
    send({ id, value: await handlers[name]?.(...args) });
  } catch (error) {
    send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function send(answer: Answer): void {
  if (process.connected) process.send?.(answer);
}
