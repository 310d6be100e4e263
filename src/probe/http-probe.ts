import type { HttpProbeResult } from '../model/probe-result.ts';
import type { HttpProbeRequest } from '../ports/probe.ts';
import { startDeadline } from '../std/deadline.ts';
import { toMilliseconds } from '../std/duration.ts';
import { readAnswer, sendGet, unreachable } from './http-get.ts';

/** A GET without TLS. Rejects only with the reason of the caller's own signal. */
export async function httpProbe(request: HttpProbeRequest, signal?: AbortSignal): Promise<HttpProbeResult> {
  signal?.throwIfAborted();
  const deadline = startDeadline(toMilliseconds(request.deadline), signal);
  try {
    return await readAnswer(await sendGet(request, deadline.signal));
  } catch (error) {
    return unreachable(error);
  } finally {
    deadline.end();
    signal?.throwIfAborted();
  }
}
