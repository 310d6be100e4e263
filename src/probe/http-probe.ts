import { limit, readAnswer, sendGet, unreachable } from './http-get.ts';
import type { HttpProbeRequest, HttpProbeResult } from './probe.ts';

/** A GET without TLS. Rejects only with the reason of the caller's own signal. */
export async function httpProbe(request: HttpProbeRequest, signal?: AbortSignal): Promise<HttpProbeResult> {
  signal?.throwIfAborted();
  const limited = limit(request.deadline, signal);
  try {
    return await readAnswer(await sendGet(request, limited));
  } catch (error) {
    return unreachable(error);
  } finally {
    signal?.throwIfAborted();
  }
}
