import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Pair } from './authority.ts';
import { eventuallyEqual } from './eventually-equal.ts';

export interface BackendOptions {
  readonly directory: string;
  readonly tlsPort: number;
  readonly plainPort: number;
  /** Default 127.0.0.1. */
  readonly address?: string;
  readonly server: Pair;
  /** CA whose clients it lets in. */
  readonly clientCa: string;
}

/** An NGINX as in guide B. It answers who the client is, and which names it was asked for. */
const configuration = (directory: string, { tlsPort, plainPort, address = '127.0.0.1' }: BackendOptions) => `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `${what}_temp_path ${directory}/${what};`).join('\n  ')}
  server {
    listen ${address}:${tlsPort} ssl;
    ssl_certificate server.crt;
    ssl_certificate_key server.key;
    ssl_client_certificate client-ca.crt;
    ssl_verify_client on;
    location / { return 200 "$ssl_client_s_dn sni=$ssl_server_name host=$http_host uri=$request_uri"; }
  }
  server {
    listen ${address}:${plainPort};
    location / { return 200 "plain host=$http_host uri=$request_uri"; }
  }
}
`;

const listens = (port: number, address: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, address);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });

/** Gives the function that stops it. */
export async function startBackend(options: BackendOptions): Promise<() => Promise<void>> {
  const directory = join(options.directory, 'backend');
  const put = (name: string, text: string) => writeFileSync(join(directory, name), text, { mode: 0o600 });
  mkdirSync(directory);
  put('nginx.conf', configuration(directory, options));
  put('server.crt', options.server.cert);
  put('server.key', options.server.key);
  put('client-ca.crt', options.clientCa);
  const log = join(directory, 'error.log');
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'TERM', 'nginx', '-p', directory, '-c', join(directory, 'nginx.conf'), '-e', log],
    {
      stdio: 'inherit',
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
    },
  );
  await eventuallyEqual(() => listens(options.tlsPort, options.address ?? '127.0.0.1'), true);
  return async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
  };
}
