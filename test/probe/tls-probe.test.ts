import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import type { TLSSocket, TlsOptions } from 'node:tls';
import type { ClientPair, ProbeRequest } from '../../src/ports/probe.ts';
import { tlsProbe } from '../../src/probe/tls-probe.ts';
import { Failure } from '../../src/std/failure.ts';
import { TestCa, type Wish } from './openssl.ts';
import { helloWorld, Servers, saying } from './servers.ts';

const ca = new TestCa('ROOTCA');
const otherCa = new TestCa('OTHER');
const server = ca.issue();
const servers = new Servers();
const deadline = Temporal.Duration.from({ seconds: 3 });
const shortDeadline = Temporal.Duration.from({ milliseconds: 150 });

const optionsOf = ({ chainPem, keyPem }: ClientPair): TlsOptions => ({ cert: chainPem, key: keyPem });
const fingerprintOf = ({ chainPem }: ClientPair) =>
  new X509Certificate(chainPem).fingerprint256.replaceAll(':', '').toLowerCase();
const request = (address: ProbeRequest['address'], more: Partial<ProbeRequest> = {}): ProbeRequest => ({
  address,
  path: '/hello',
  serverName: 'test.com',
  deadline,
  ...more,
});

afterEach(() => servers.close());

const periodOf = (pem: string) => {
  const { validFromDate, validToDate } = new X509Certificate(pem);
  const text = (date: Date) => date.toTemporalInstant().toString();
  return { notBefore: text(validFromDate), notAfter: text(validToDate) };
};

describe('a TLS probe that is answered', () => {
  it('tells until when all are valid that the server shows', async () => {
    const leaf = ca.issue({ days: 30 });
    const address = await servers.tls(optionsOf({ ...leaf, chainPem: leaf.chainPem + ca.pem }), saying(helloWorld));
    const result = await tlsProbe(request(address));
    assert.ok(result.kind === 'answered');
    assert.notEqual(`${result.leaf.notAfter}`, periodOf(ca.pem).notAfter);
    assert.equal(`${result.leaf.chain.notAfter}`, periodOf(ca.pem).notAfter);
  });

  for (const protocol of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`tells status, body, leaf and ${protocol}`, async () => {
      const options = { ...optionsOf(server), maxVersion: protocol };
      const address = await servers.tls(options, saying(helloWorld));
      const result = await tlsProbe(request(address, { trust: [ca.pem] }));
      const leaf = {
        sha256Fingerprint: fingerprintOf(server),
        notAfter: new X509Certificate(server.chainPem).validToDate.toTemporalInstant().toString(),
        chain: periodOf(server.chainPem),
      };
      // As JSON: deepEqual takes any two instants for equal.
      assert.deepEqual(JSON.parse(JSON.stringify(result)), {
        kind: 'answered',
        status: 200,
        body: 'hello',
        protocol,
        leaf,
      });
    });
  }

  for (const { name, said, status, body } of [
    {
      name: 'a refusal in HTTP',
      said: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno',
      status: 400,
      body: 'no',
    },
    {
      name: 'a body in chunks',
      said: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n',
      status: 200,
      body: 'abc',
    },
    { name: 'a body until the end', said: 'HTTP/1.1 200 OK\r\n\r\nabc', status: 200, body: 'abc' },
    {
      name: 'the first KiB of a long body',
      said: `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(5000)}`,
      status: 200,
      body: 'x'.repeat(1024),
    },
    { name: 'half a body', said: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', status: 200, body: 'abc' },
    { name: 'no body', said: 'HTTP/1.1 204 No Content\r\n\r\n', status: 204, body: '' },
  ]) {
    it(`takes ${name}`, async () => {
      const address = await servers.tls(optionsOf(server), saying(said));
      const result = await tlsProbe(request(address));
      assert.ok(result.kind === 'answered', JSON.stringify(result));
      assert.deepEqual([result.status, result.body], [status, body]);
    });
  }

  it('asks for the path and the host, and sends the server name', async () => {
    const seen: unknown[] = [];
    const address = await servers.tls(optionsOf(server), (socket: TLSSocket) => {
      socket.once('data', (data) => {
        seen.push(data.toString().split('\r\n').slice(0, 2), socket.servername);
        socket.end(helloWorld);
      });
    });
    await tlsProbe(request(address, { host: 'other.test' }));
    assert.deepEqual(seen, [['GET /hello HTTP/1.1', 'host: other.test'], 'test.com']);
  });

  it('never resumes a session', async () => {
    const resumed: boolean[] = [];
    const address = await servers.tls(optionsOf(server), (socket: TLSSocket) => {
      resumed.push(socket.isSessionReused());
      saying(helloWorld)(socket);
    });
    for (let time = 0; time < 3; time++) await tlsProbe(request(address));
    assert.deepEqual(resumed, [false, false, false]);
  });
});

describe('the trust in a server', () => {
  const ipOnly = { subjectAltName: 'IP:127.0.0.1' };
  const noName = { serverName: undefined };
  const cases: readonly {
    name: string;
    shown?: Wish;
    trust?: readonly string[];
    serverName?: string | undefined;
    want: string;
  }[] = [
    { name: 'its CA', want: 'answered' },
    { name: 'its CA among others', trust: [otherCa.pem, ca.pem], want: 'answered' },
    { name: 'another CA', trust: [otherCa.pem], want: 'UnknownIssuer' },
    { name: 'no CA at all', trust: [], want: 'UnknownIssuer' },
    { name: 'another name', serverName: 'other.test', want: 'WrongName' },
    { name: 'its address without a server name', shown: ipOnly, ...noName, want: 'answered' },
    { name: 'an address that the certificate lacks', ...noName, want: 'WrongName' },
    { name: 'an expired certificate', shown: { days: -1 }, want: 'Expired' },
    { name: "a client's certificate", shown: { extendedKeyUsage: 'clientAuth' }, want: 'WrongPurpose' },
  ];
  for (const { name, shown, trust = [ca.pem], want, ...given } of cases) {
    it(`with ${name}: ${want}`, async () => {
      const address = await servers.tls(optionsOf(shown === undefined ? server : ca.issue(shown)), saying(helloWorld));
      const { serverName = 'serverName' in given ? undefined : 'test.com' } = given;
      const result = await tlsProbe({ address, path: '/', deadline, trust, ...(serverName && { serverName }) });
      assert.equal(result.kind === 'untrusted' ? result.reason : result.kind, want);
    });
  }

  it('is asked before the request is sent', async () => {
    let received = 0;
    const address = await servers.tls(optionsOf(server), (socket) => socket.on('data', () => received++));
    const result = await tlsProbe(request(address, { trust: [otherCa.pem] }));
    assert.equal(result.kind === 'untrusted' && result.leaf?.sha256Fingerprint, fingerprintOf(server));
    assert.equal(received, 0);
  });
});

describe('a TLS probe that is refused', () => {
  const demanding: TlsOptions = { ...optionsOf(server), ca: ca.pem, requestCert: true };

  it('by TLS 1.3 without a certificate: alert 116 at the first read, with the leaf', async () => {
    const address = await servers.tls({ ...demanding, minVersion: 'TLSv1.3' }, saying(helloWorld));
    const { leaf, ...refused } = { leaf: undefined, ...(await tlsProbe(request(address))) };
    assert.deepEqual(refused, { kind: 'refused', alert: 116, moment: 'read' });
    assert.equal(leaf?.sha256Fingerprint, fingerprintOf(server));
  });

  it('by TLS 1.2 without a certificate: alert 40 in the handshake', async () => {
    const address = await servers.tls({ ...demanding, maxVersion: 'TLSv1.2' }, saying(helloWorld));
    assert.deepEqual(await tlsProbe(request(address)), { kind: 'refused', alert: 40, moment: 'handshake' });
  });

  for (const { name, answer } of [
    { name: 'a reset', answer: () => servers.reset() },
    { name: 'an end', answer: (socket: TLSSocket) => socket.end() },
    { name: 'an end after the request', answer: (socket: TLSSocket) => socket.once('data', () => socket.destroy()) },
  ]) {
    it(`by ${name} in place of the alert`, async () => {
      const address = await servers.tls(optionsOf(server), answer);
      const { leaf: _, ...refused } = { leaf: undefined, ...(await tlsProbe(request(address))) };
      assert.deepEqual(refused, { kind: 'refused', alert: undefined, moment: 'read' });
    });
  }
});

describe('a TLS probe that reaches nobody', () => {
  const cases = [
    { name: 'a server that hangs up', answer: (socket: { end(): void }) => socket.end(), want: 'ECONNRESET' },
    { name: 'a server that keeps silent', answer: () => {}, want: 'ETIMEDOUT' },
    { name: 'a server without TLS', answer: saying('HTTP/1.1 400 Bad Request\r\n\r\n'), want: /^ERR_SSL_/ },
  ];
  for (const { name, answer, want } of cases) {
    it(`but ${name}`, async () => {
      const address = await servers.plain(answer);
      const result = await tlsProbe(request(address, { deadline: shortDeadline }));
      assert.equal(result.kind, 'unreachable');
      assert.match(result.kind === 'unreachable' ? result.code : '', new RegExp(want));
    });
  }

  it('since nobody listens', async () => {
    const address = await servers.plain(() => {});
    servers.close();
    assert.deepEqual(await tlsProbe(request(address)), { kind: 'unreachable', code: 'ECONNREFUSED' });
  });

  it('within its deadline after the handshake', async () => {
    const address = await servers.tls(optionsOf(server), () => {});
    const result = await tlsProbe(request(address, { deadline: shortDeadline }));
    assert.deepEqual(result, { kind: 'unreachable', code: 'ETIMEDOUT' });
  });

  it('but a server that speaks no HTTP', async () => {
    const address = await servers.tls(optionsOf(server), saying('220 ready\r\n'));
    assert.deepEqual(await tlsProbe(request(address)), { kind: 'unreachable', code: 'HPE_INVALID_CONSTANT' });
  });

  it('with a body that does not end counts as answered', async () => {
    const address = await servers.tls(optionsOf(server), saying('HTTP/1.1 200 OK\r\n\r\nabc', 'stay'));
    const result = await tlsProbe(request(address, { deadline: shortDeadline }));
    assert.equal(result.kind === 'answered' && result.body, 'abc');
  });
});

describe('what the caller of a TLS probe does', () => {
  it('by a pair whose key is of another certificate: a permanent failure without a trace of the key', async () => {
    const client = { chainPem: ca.issueClient().chainPem, keyPem: ca.issueClient().keyPem };
    await assert.rejects(tlsProbe(request({ host: '127.0.0.1', port: 1 }, { client })), (error: unknown) => {
      assert.ok(error instanceof Failure);
      assert.deepEqual([error.class, error.reason], ['permanent', 'UnusableClientCertificate']);
      assert.doesNotMatch(`${error.stack}${error.cause}`, /PRIVATE|ERR_OSSL/);
      return true;
    });
  });

  for (const { name, serve } of [
    { name: 'in the handshake', serve: () => servers.plain(() => {}) },
    { name: 'while it waits for the answer', serve: () => servers.tls(optionsOf(server), () => {}) },
    { name: 'in the body', serve: () => servers.tls(optionsOf(server), saying('HTTP/1.1 200 OK\r\n\r\nabc', 'stay')) },
  ]) {
    it(`by an abort ${name}: its own reason`, async () => {
      const reason = new Error('the caller has gone');
      const controller = new AbortController();
      const probing = tlsProbe(request(await serve()), controller.signal);
      setTimeout(() => controller.abort(reason), 50);
      await assert.rejects(probing, reason);
    });
  }

  it('by an abort before it begins: no connection', async () => {
    const reason = new Error('the caller has gone');
    await assert.rejects(tlsProbe(request({ host: '127.0.0.1', port: 1 }), AbortSignal.abort(reason)), reason);
  });
});

describe('a TLS probe that asks again', () => {
  /** Answers each request of a connection with the next of these, and tells which connections were resumed. */
  const serve = async (maxVersion: 'TLSv1.2' | 'TLSv1.3', texts: readonly string[]) => {
    const resumed: boolean[] = [];
    const left = [...texts];
    const address = await servers.tls({ ...optionsOf(server), maxVersion }, (socket) => {
      resumed.push(socket.isSessionReused());
      socket.on('data', () => socket.write(left.shift() ?? helloWorld));
    });
    return { address, resumed };
  };
  const saying403 = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno';

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`does so on the connection that it has, and by its session on another one, with ${version}`, async () => {
      const { address, resumed } = await serve(version, [saying403, helloWorld, saying403]);
      const result = await tlsProbe(request(address, { again: true }));
      assert.ok(result.kind === 'answered' && result.again?.resumed?.kind === 'answered');
      const { kept, resumed: other } = result.again;
      assert.deepEqual([result.status, kept.kind === 'answered' && kept.status, other.status], [403, 200, 403]);
      assert.deepEqual(resumed, [false, true]);
    });
  }

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`does so by the session of an earlier connection, also where a new one is refused, with ${version}`, async () => {
      const reused: boolean[] = [];
      const options = { ...optionsOf(server), ca: ca.pem, requestCert: true, maxVersion: version };
      const address = await servers.tls(options, (socket) => {
        reused.push(socket.isSessionReused());
        saying(helloWorld)(socket);
      });
      const first = await tlsProbe(
        request(address, { client: ca.issue({ extendedKeyUsage: 'clientAuth' }), keep: true }),
      );
      assert.ok(first.kind === 'answered' && first.session !== undefined);
      const second = await tlsProbe(request(address, { session: first.session }));
      assert.ok(second.kind === 'refused' && second.resumed?.kind === 'answered');
      assert.deepEqual([second.resumed.status, reused], [200, [false, true]]);
    });
  }

  it('keeps no session, and offers none, where nobody wants it', async () => {
    const { address } = await serve('TLSv1.3', []);
    const result = await tlsProbe(request(address));
    assert.ok(result.kind === 'answered');
    assert.deepEqual([result.session, result.resumed], [undefined, undefined]);
  });

  it('offers no session where nobody is there', async () => {
    const session = Buffer.from('any');
    const result = await tlsProbe(request({ host: '127.0.0.1', port: 1 }, { session }));
    assert.deepEqual(result, { kind: 'unreachable', code: 'ECONNREFUSED' });
  });

  it('tells that the connection had ended', async () => {
    const address = await servers.tls(optionsOf(server), saying(saying403));
    const result = await tlsProbe(request(address, { again: true }));
    assert.ok(result.kind === 'answered');
    assert.notEqual(result.again?.kept.kind, 'answered');
  });

  it('does not where nobody wants it', async () => {
    const { address, resumed } = await serve('TLSv1.3', []);
    const result = await tlsProbe(request(address));
    assert.ok(result.kind === 'answered' && result.again === undefined);
    assert.deepEqual(resumed, [false]);
  });
});
