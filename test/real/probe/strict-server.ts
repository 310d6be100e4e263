import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ClientPair } from '../../../src/ports/probe.ts';

/** `openssl s_server`, which refuses a client in TLS itself, as the gateway does: NGINX and Node do not. */
export class StrictServer {
  #directory = '';
  #process: ChildProcess | undefined;

  async start(
    protocol: 'tls1_2' | 'tls1_3',
    leaf: ClientPair,
    clientCa: string,
  ): Promise<{ host: string; port: number }> {
    this.#directory = mkdtempSync(join(tmpdir(), 'strict-server-'));
    for (const [file, pem] of Object.entries({
      'leaf.pem': leaf.chainPem,
      'key.pem': leaf.keyPem,
      'ca.pem': clientCa,
    })) {
      writeFileSync(join(this.#directory, file), pem);
    }
    const material = ['-cert', 'leaf.pem', '-key', 'key.pem', '-CAfile', 'ca.pem', '-no_cache', '-no_ticket'];
    const args = ['s_server', '-accept', '127.0.0.1:0', `-${protocol}`, '-www', ...material];
    this.#process = spawn('openssl', [...args, '-Verify', '1', '-verify_return_error'], {
      cwd: this.#directory,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { host: '127.0.0.1', port: await this.#acceptedPort(this.#process) };
  }

  async stop(): Promise<void> {
    if (this.#process?.kill()) await once(this.#process, 'exit');
    rmSync(this.#directory, { recursive: true });
  }

  async #acceptedPort({ stdout }: ChildProcess): Promise<number> {
    if (stdout === null) throw new Error('no output');
    for await (const line of createInterface(stdout)) {
      const port = /^ACCEPT .*:(\d+)$/.exec(line)?.[1];
      if (port !== undefined) return Number(port);
    }
    throw new Error('openssl s_server ended before it listened');
  }
}
