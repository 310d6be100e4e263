import type { Again, ProbeResult, TlsSession } from '../model/probe-result.ts';
import { type ProbeRequest, refusedCode } from '../ports/probe.ts';
import { startDeadline } from '../std/deadline.ts';
import { toMilliseconds } from '../std/duration.ts';
import { readAnswer } from './http-get.ts';
import { isRefused } from './lookup.ts';
import { TlsConnection } from './tls-connection.ts';

/**
 * A full handshake and a GET over it. Rejects only with the reason of the caller's own signal, or with a permanent
 * Failure where the client's pair cannot be loaded.
 */
export async function tlsProbe(request: ProbeRequest, signal?: AbortSignal): Promise<ProbeResult> {
  signal?.throwIfAborted();
  if (isRefused(request.address.host, request.refuses)) return { kind: 'unreachable', code: refusedCode };
  const deadline = startDeadline(toMilliseconds(request.deadline), signal);
  try {
    return await offerSession(await connectAndLook(request, deadline.signal), request, deadline.signal);
  } finally {
    deadline.end();
    signal?.throwIfAborted();
  }
}

async function offerSession(result: ProbeResult, request: ProbeRequest, signal: AbortSignal): Promise<ProbeResult> {
  const { session } = request;
  if (session === undefined || (result.kind !== 'answered' && result.kind !== 'refused')) return result;
  return { ...result, resumed: await resume(session, request, signal) };
}

async function connectAndLook(request: ProbeRequest, signal: AbortSignal): Promise<ProbeResult> {
  const connection = new TlsConnection(request, signal);
  try {
    return await look(connection, request, signal);
  } catch (error) {
    return connection.explain(error);
  } finally {
    connection.close();
  }
}

async function look(connection: TlsConnection, request: ProbeRequest, signal: AbortSignal): Promise<ProbeResult> {
  const { leaf, protocol } = await connection.handshake();
  const reason = request.trust === undefined ? undefined : connection.findDistrust();
  if (reason !== undefined) return { kind: 'untrusted', leaf, reason };
  const answer = await readAnswer(await connection.get(request, signal));
  const again = request.again === true ? { again: await lookAgain(connection, request, signal) } : {};
  const { session } = connection;
  return { ...answer, protocol, leaf, ...again, ...(request.keep === true && session && { session }) };
}

async function lookAgain(connection: TlsConnection, request: ProbeRequest, signal: AbortSignal): Promise<Again> {
  const kept = await ask(connection, request, signal);
  const { session } = connection;
  return session === undefined ? { kept } : { kept, resumed: await resume(session, request, signal) };
}

async function resume(
  session: TlsSession,
  { again: _, ...request }: ProbeRequest,
  signal: AbortSignal,
): Promise<Later> {
  const connection = new TlsConnection(request, signal, session);
  try {
    return await ask(connection, request, signal);
  } finally {
    connection.close();
  }
}

type Later = Again['kept'];

async function ask(connection: TlsConnection, request: ProbeRequest, signal: AbortSignal): Promise<Later> {
  try {
    return await readAnswer(await connection.get(request, signal));
  } catch (error) {
    return connection.explain(error);
  }
}
