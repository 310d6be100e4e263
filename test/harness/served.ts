import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { eventually } from './eventually.ts';
import type { Whole } from './whole.ts';

/** Serial number of the certificate that a client of this name is shown, whatever becomes of the handshake. */
async function served(whole: Whole, servername: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: whole.standIn.httpsPort, servername, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(5_000) });
    return socket.getPeerX509Certificate()?.serialNumber ?? 'none';
  } finally {
    socket.destroy();
  }
}

/** Waits until the gateway shows the certificate of that MtlsGateway for the host. */
export async function isServedBy(
  whole: Whole,
  host: string,
  gateway: string,
  namespace = whole.namespace,
): Promise<void> {
  const { serialNumber } = new X509Certificate((await whole.secret(`${gateway}-server`, namespace))['tls.crt'] ?? '');
  await eventually(async () =>
    assert.equal(await served(whole, host), serialNumber, `${host} is served by ${gateway}`),
  );
}
