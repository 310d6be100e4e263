import assert from 'node:assert/strict';
import { type GuideStep, guideSteps, judge } from '../../deploy/local/demo/guides.ts';

const steps = guideSteps({ gatewayHttps: 9443, gatewayHttp: 9080, nginx: 8443 }, 'certs');
const step = (id: string): GuideStep => steps.find((candidate) => candidate.id === id) ?? assert.fail(id);

const handshake = [
  '* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384',
  '* ALPN: server accepted h2',
  '*  subject: CN=test.com',
  '*  issuer: CN=ROOTCA; serialNumber=1f',
].join('\n');
const alert = '* OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0';

describe('the checks of the guides', () => {
  it("uses the guides' own ports and commands", () => {
    assert.deepEqual(
      steps.map(({ curl }) => curl.join(' ')),
      [
        '-ikv --resolve test.com:9443:127.0.0.1 https://test.com:9443/ip --cert certs/curl-client/tls.crt --key certs/curl-client/tls.key',
        '-ikv --resolve test.com:9443:127.0.0.1 https://test.com:9443/ip',
        '-ik https://127.0.0.1:8443/hello --cert certs/gateway-client/tls.crt --key certs/gateway-client/tls.key',
        '-ik https://127.0.0.1:8443/hello',
        '-ik http://127.0.0.1:9080/hello',
      ],
    );
  });

  for (const { name, id, output, exitCode, passed } of [
    {
      name: 'A10 passes with everything that the guide shows',
      id: 'A10',
      output: `${handshake}\nHTTP/2 200 \n`,
      exitCode: 0,
      passed: true,
    },
    {
      name: 'A10 fails over TLS 1.2',
      id: 'A10',
      output: `${handshake.replace('1.3', '1.2')}\nHTTP/2 200 \n`,
      exitCode: 0,
      passed: false,
    },
    {
      name: 'A10 fails with the certificate of another CA',
      id: 'A10',
      output: `${handshake.replace('ROOTCA', 'OTHER')}\nHTTP/2 200 \n`,
      exitCode: 0,
      passed: false,
    },
    {
      name: 'A11 passes when the read ends with alert 116',
      id: 'A11',
      output: `${handshake}\n${alert}`,
      exitCode: 56,
      passed: true,
    },
    {
      name: 'A11 fails when there is an answer',
      id: 'A11',
      output: `${handshake}\n< HTTP/2 200 \n${alert}`,
      exitCode: 56,
      passed: false,
    },
    {
      name: 'A11 fails when a reset came in place of the alert',
      id: 'A11',
      output: handshake,
      exitCode: 55,
      passed: false,
    },
    { name: 'B9 fails with another body', id: 'B9', output: 'HTTP/1.1 200 OK\n\nHello', exitCode: 0, passed: false },
    {
      name: 'B9n passes with the refusal of NGINX',
      id: 'B9n',
      output: '\nHTTP/1.1 400 Bad Request\n\nNo required SSL certificate was sent',
      exitCode: 0,
      passed: true,
    },
    {
      name: 'B9n fails when NGINX lets everybody in',
      id: 'B9n',
      output: 'HTTP/1.1 200 OK\n\nHello API7!',
      exitCode: 0,
      passed: false,
    },
    { name: 'B15 fails with a 502', id: 'B15', output: 'HTTP/1.1 502 Bad Gateway\n', exitCode: 0, passed: false },
    { name: 'any step fails when curl could not connect', id: 'B15', output: '', exitCode: 7, passed: false },
  ]) {
    it(name, () => assert.equal(judge(step(id), { output, exitCode }).passed, passed));
  }

  it('says what was missing', () => {
    assert.equal(
      judge(step('B15'), { output: '', exitCode: 7 }).gave,
      'curl exit 7, no HTTP/1.1 200 OK, no Hello API7!',
    );
  });
});
