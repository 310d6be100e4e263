import { connect as connectHttp2 } from 'node:http2';
import { connect, type TLSSocket } from 'node:tls';
import { execa } from 'execa';
import type { Pair } from './authority.ts';

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

export interface Visit {
  /** Default 127.0.0.1. */
  readonly address?: string;
  readonly port: number;
  /** CA of the gateway's certificate. */
  readonly ca: string;
  /** Empty: no SNI is sent. */
  readonly serverName: string;
  /** The Host header, if it is not the SNI. */
  readonly host?: string;
  /** Default `GET`. */
  readonly method?: string;
  /** Default `/`. */
  readonly path?: string;
  readonly client?: Pair | undefined;
  readonly version?: TlsVersion;
  readonly session?: Buffer | undefined;
}

/** What came of it, `200`, or when and with which alert the gateway refused: `hs 40`, `read 116`. */
export interface Outcome {
  readonly what: string;
  readonly resumed: boolean;
  /** To resume with, if the gateway gave one. */
  readonly session: Buffer | undefined;
  /** SHA-256 of the certificate that the gateway showed. */
  readonly shown: string | undefined;
}

function tlsOptions({ address = '127.0.0.1', port, ca, serverName, client, version, session }: Visit) {
  return {
    host: address,
    port,
    ca,
    servername: serverName,
    ...(client === undefined ? {} : client),
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    ...(session === undefined ? {} : { session }),
    // SNI is sent in the case that a test wants; the name in the certificate is not what it looks at.
    checkServerIdentity: () => undefined,
  };
}

function refusal(error: Error, finished: boolean): string {
  const alert = /SSL alert number (\d+)/.exec(error.message)?.[1];
  return `${finished ? 'read' : 'hs'} ${alert ?? ('code' in error ? error.code : error.message)}`;
}

/** TLS 1.3 hands out a session only to a client that it let in: before that, a request could race with the alert. */
const isLetIn = (socket: TLSSocket) => (socket.getProtocol() === 'TLSv1.3' ? 'session' : 'secureConnect');

/** One request over HTTP/1.1 on a connection of its own, full handshake unless a session is given. */
export function visit(wanted: Visit): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const socket = connect(tlsOptions(wanted));
  let finished = false;
  let session: Buffer | undefined;
  let text = '';
  const done = (what: string) => {
    // None where the connection was reset.
    const shown = socket.getPeerX509Certificate()?.fingerprint256;
    resolve({ what, resumed: socket.isSessionReused(), session, shown });
  };
  const ask = () =>
    socket.write(
      `${wanted.method ?? 'GET'} ${wanted.path ?? '/'} HTTP/1.1\r\nHost: ${wanted.host ?? wanted.serverName}\r\nConnection: close\r\n\r\n`,
    );

  socket.on('session', (given: Buffer) => {
    session = given;
  });
  socket.once('secureConnect', () => {
    finished = true;
    // A resumed TLS 1.3 connection may bring no new session.
    if (isLetIn(socket) === 'secureConnect' || socket.isSessionReused()) ask();
    else socket.once('session', ask);
  });
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.once('end', () => done(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 'closed'));
  socket.once('error', (error) => done(refusal(error, finished)));
  return promise.finally(() => socket.destroy());
}

/** One request over HTTP/2. */
export function visitHttp2(wanted: Visit): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const client = connectHttp2(`https://127.0.0.1:${wanted.port}`, {
    createConnection: () => connect({ ...tlsOptions(wanted), ALPNProtocols: ['h2'] }),
  });
  client.on('error', (error) => resolve(refusal(error, true)));
  const stream = client.request({ ':authority': wanted.host ?? wanted.serverName, ':path': '/' });
  stream.on('response', ({ ':status': status }) => resolve(`h2 ${status}`));
  stream.on('error', (error) => resolve(refusal(error, true)));
  stream.end();
  return promise.finally(() => client.destroy());
}

export interface OpensslRequest {
  readonly port: number;
  readonly version: TlsVersion;
  readonly serverName: string;
  /** `-sess_out FILE` or `-sess_in FILE`. */
  readonly session: readonly string[];
}

/** What openssl s_client prints; unlike Node it offers a session to another name than the one it was made for. */
export async function requestByOpenssl({ port, version, serverName, session }: OpensslRequest): Promise<string> {
  const protocol = version === 'TLSv1.3' ? '-tls1_3' : '-tls1_2';
  const input = `GET / HTTP/1.1\r\nHost: ${serverName}\r\nConnection: close\r\n\r\n`;
  const name = ['-connect', `127.0.0.1:${port}`, '-servername', serverName];
  const { stdout } = await execa('openssl', ['s_client', '-ign_eof', protocol, ...name, ...session], {
    input,
    reject: false,
  });
  return stdout;
}
