/**
 * A local stand-in for a gateway: API7 Enterprise or Apache APISIX, as `--profile` says. Its Admin API over TLS and a
 * real NGINX as data plane, in one process tree, on 127.0.0.1 unless told otherwise. It knows what its Admin API was told and nothing else; in
 * particular nothing of the operator. One JSON line on stdout says that it is ready. A signal ends both; NGINX also ends
 * when this process is killed.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { Product } from './admin/product.ts';
import { createAdminServer } from './admin/server.ts';
import { type DataPlane, startDataPlane } from './data-plane/data-plane.ts';
import { type Options, parseOptions, readTokens } from './options.ts';
import { makeAdminCertificates, makePlaceholder } from './own-certificates.ts';
import { profiles } from './profiles.ts';

async function prepareCertificates({ directory, tls, address }: Options) {
  await makePlaceholder(`${directory}/nginx/placeholder`);
  if (tls === undefined) await makeAdminCertificates(directory, address);
  const { certFile, keyFile } = tls ?? { certFile: `${directory}/admin.crt`, keyFile: `${directory}/admin.key` };
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

function readyLine(options: Options, { groups }: Product, { nginxPid, log }: DataPlane): string {
  const { profile, directory, tls, address, adminPort, httpsPort, httpPort } = options;
  return JSON.stringify({
    profile,
    adminUrl: `https://${address}:${adminPort}`,
    adminCa: tls === undefined ? `${directory}/admin-ca.crt` : null,
    httpsPort,
    httpPort,
    groups,
    pid: process.pid,
    nginxPid,
    nginxLog: log,
  });
}

function stopOnSignals(app: FastifyInstance, dataPlane: DataPlane): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await Promise.allSettled([app.close(), dataPlane.stop()]);
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
}

function fail(error: unknown): never {
  process.stderr.write(`stand-in: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  // Keys are written below the directory: for nobody else's eyes.
  process.umask(0o077);
  const options = parseOptions(process.argv.slice(2));
  const { directory, address, httpsPort, httpPort, groups } = options;
  let follow = () => {};
  const tokens = readTokens(options.tokenFile);
  const product = profiles[options.profile]({ tokens, groups, changed: () => follow() });
  mkdirSync(`${directory}/nginx`, { recursive: true });
  const tls = await prepareCertificates(options);
  const dataPlane = await startDataPlane({
    directory,
    address,
    httpsPort,
    httpPort,
    server: product.server,
    read: product.dataPlane,
    onUnexpectedEnd: () => fail(new Error('NGINX has ended')),
  });
  follow = dataPlane.follow;
  const app = createAdminServer({ product, tls });
  stopOnSignals(app, dataPlane);
  await app.listen({ host: address, port: options.adminPort });
  process.stdout.write(`${readyLine(options, product, dataPlane)}\n`);
}

main().catch(fail);
