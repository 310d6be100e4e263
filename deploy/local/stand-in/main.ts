/**
 * A local stand-in for API7 Enterprise 3.10: its Admin API over TLS, and a real NGINX as data plane, in one process
 * tree on 127.0.0.1. It knows what its Admin API was told and nothing else; in particular nothing of the operator.
 * One JSON line on stdout says that it is ready. A signal ends both; NGINX also ends when this process is killed.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { createAdminServer } from './admin/server.ts';
import { type DataPlane, startDataPlane } from './data-plane/data-plane.ts';
import { type Options, parseOptions, readCredentials } from './options.ts';
import { makeAdminCertificates, makePlaceholder } from './own-certificates.ts';
import { createGroup, type Group } from './store.ts';

const address = '127.0.0.1';

async function prepareCertificates({ directory, tls }: Options) {
  await makePlaceholder(`${directory}/nginx/placeholder`);
  if (tls === undefined) await makeAdminCertificates(directory);
  const { certFile, keyFile } = tls ?? { certFile: `${directory}/admin.crt`, keyFile: `${directory}/admin.key` };
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

function readyLine(options: Options, groups: readonly Group[], { nginxPid, log }: DataPlane): string {
  const { directory, tls, adminPort, httpsPort, httpPort } = options;
  return JSON.stringify({
    adminUrl: `https://${address}:${adminPort}`,
    adminCa: tls === undefined ? `${directory}/admin-ca.crt` : null,
    httpsPort,
    httpPort,
    groups: Object.fromEntries(groups.map(({ name, id }) => [name, id])),
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
  const groups = options.groups.map(createGroup);
  const [played] = groups;
  if (played === undefined) throw new Error('There must be a gateway group');
  const credentials = readCredentials(options.tokenFile, groups);
  mkdirSync(`${options.directory}/nginx`, { recursive: true });
  const tls = await prepareCertificates(options);
  const { directory, httpsPort, httpPort } = options;
  const dataPlane = await startDataPlane({
    directory,
    httpsPort,
    httpPort,
    group: played,
    onUnexpectedEnd: () => fail(new Error('NGINX has ended')),
  });
  const app = createAdminServer({
    groups,
    credentials,
    tls,
    changed: (group) => {
      if (group === played) dataPlane.follow();
    },
  });
  stopOnSignals(app, dataPlane);
  await app.listen({ host: address, port: options.adminPort });
  process.stdout.write(`${readyLine(options, groups, dataPlane)}\n`);
}

main().catch(fail);
