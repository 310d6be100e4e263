import type { Answered } from '../../model/probe-result.ts';

/** NGINX's own page for a client certificate that is missing or not accepted: an application may answer 400 as well. */
export function isRefusal({ status, body }: Answered): boolean {
  return status === 400 && /No required SSL certificate was sent|The SSL certificate error/.test(body);
}
