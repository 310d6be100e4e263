import getPort from 'get-port';
import { SetupFailure } from '../setup-failure.ts';

const host = '127.0.0.1';

/** The port that is wanted where it is free, any free one otherwise. */
export function preferPort(port: number): Promise<number> {
  return getPort({ port, host });
}

/** A free port; get-port does not give the same one twice within seconds. */
export function freePort(): Promise<number> {
  return getPort({ host });
}

/** Refuses with a sentence when something else listens on the port. */
export async function requirePort(port: number, purpose: string): Promise<number> {
  if ((await getPort({ port, host })) === port) return port;
  throw new SetupFailure(
    `Port ${port} on ${host} is taken, and ${purpose} needs it: end the program that listens there (ss -ltnp "sport = :${port}" names it).`,
  );
}
