/** The checks of the two guides, as commands that a user can repeat, and what each must give. Pure. */

export interface Ports {
  /** Addresses of the gateway and of NGINX; left out, this machine's. */
  readonly gatewayHost?: string;
  readonly nginxHost?: string;
  readonly gatewayHttps: number;
  readonly gatewayHttp: number;
  readonly nginx: number;
}

export interface GuideStep {
  /** Number of the step in the guides. */
  readonly id: string;
  readonly what: string;
  /** Arguments of curl. */
  readonly curl: readonly string[];
  /** What the guide says, in a few words. */
  readonly says: string;
  readonly exitCode: number;
  /** Each must be found in what curl gave; its text stands in the table. */
  readonly seen: readonly Sign[];
  /** The same command again when it did not give what it should, and why that may be. */
  readonly repeat?: { readonly attempts: number; readonly because: string };
  /** None may be found. */
  readonly unseen?: readonly Sign[];
}

interface Sign {
  readonly text: string;
  readonly pattern: RegExp;
}

/** What curl gave: both streams together, and how it ended. */
export interface Outcome {
  readonly output: string;
  readonly exitCode: number;
}

export interface Verdict {
  readonly gave: string;
  readonly passed: boolean;
}

const anyStatus: Sign = { text: 'an HTTP status', pattern: /^< HTTP\//m };

/** `directory` holds `curl-client/` (guide A) and `gateway-client/` (guide B), each with tls.crt and tls.key. */
export function guideSteps(ports: Ports, directory: string): readonly GuideStep[] {
  const { gatewayHost = '127.0.0.1', nginxHost = '127.0.0.1' } = ports;
  const toGateway = [
    '-ikv',
    '--resolve',
    `test.com:${ports.gatewayHttps}:${gatewayHost}`,
    `https://test.com:${ports.gatewayHttps}/ip`,
  ];
  const toNginx = ['-ik', `https://${nginxHost}:${ports.nginx}/hello`];
  const pair = (name: string) => ['--cert', `${directory}/${name}/tls.crt`, '--key', `${directory}/${name}/tls.key`];
  return [
    {
      id: 'A10',
      what: 'client to gateway, with its certificate',
      curl: [...toGateway, ...pair('curl-client')],
      says: 'TLS 1.3, h2, CN=test.com of CN=ROOTCA, HTTP/2 200',
      exitCode: 0,
      seen: [
        { text: 'TLS 1.3', pattern: /SSL connection using TLSv1\.3/ },
        { text: 'h2', pattern: /ALPN: server accepted h2/ },
        { text: 'CN=test.com', pattern: /subject: CN=test\.com/ },
        { text: 'of CN=ROOTCA', pattern: /issuer: CN=ROOTCA/ },
        { text: 'HTTP/2 200', pattern: /^HTTP\/2 200/m },
      ],
    },
    {
      id: 'A11',
      what: 'the same without a certificate',
      curl: toGateway,
      says: 'handshake looks finished, then alert 116, curl exit 56, no HTTP status',
      exitCode: 56,
      seen: [
        { text: 'handshake looks finished', pattern: /SSL connection using TLSv1\.3/ },
        { text: 'then alert 116 (certificate required)', pattern: /reason\(1116\)|alert certificate required/ },
      ],
      unseen: [anyStatus],
      // Seen with a real gateway too: curl still sends its request when the gateway closes.
      repeat: { attempts: 25, because: 'a TCP reset overtook the alert' },
    },
    {
      id: 'B9',
      what: 'straight to NGINX, with the certificate of the gateway',
      curl: [...toNginx, ...pair('gateway-client')],
      says: 'HTTP/1.1 200 OK, Hello API7!',
      exitCode: 0,
      seen: [
        { text: 'HTTP/1.1 200 OK', pattern: /^HTTP\/1\.1 200 OK/m },
        { text: 'Hello API7!', pattern: /^Hello API7!$/m },
      ],
    },
    {
      id: 'B9n',
      what: 'the same without a certificate',
      curl: toNginx,
      says: 'HTTP 400, No required SSL certificate was sent',
      exitCode: 0,
      seen: [
        { text: 'HTTP 400', pattern: /^HTTP\/1\.1 400 /m },
        { text: 'No required SSL certificate was sent', pattern: /No required SSL certificate was sent/ },
      ],
    },
    {
      id: 'B15',
      what: 'through the gateway to NGINX',
      curl: ['-ik', `http://${gatewayHost}:${ports.gatewayHttp}/hello`],
      says: 'HTTP/1.1 200 OK',
      exitCode: 0,
      seen: [
        { text: 'HTTP/1.1 200 OK', pattern: /^HTTP\/1\.1 200 OK/m },
        { text: 'Hello API7!', pattern: /^Hello API7!$/m },
      ],
    },
  ];
}

/** Says what was seen of what the guide promises, and what was not. */
export function judge(step: GuideStep, { output, exitCode }: Outcome): Verdict {
  const found = step.seen.filter(({ pattern }) => pattern.test(output)).map(({ text }) => text);
  const missing = step.seen.filter(({ pattern }) => !pattern.test(output)).map(({ text }) => `no ${text}`);
  const unwanted = (step.unseen ?? []).filter(({ pattern }) => pattern.test(output)).map(({ text }) => text);
  const exit = exitCode === 0 ? [] : [`curl exit ${exitCode}`];
  const passed = missing.length === 0 && unwanted.length === 0 && exitCode === step.exitCode;
  return { gave: [...found, ...exit, ...missing, ...unwanted].join(', '), passed };
}
