import assert from 'node:assert/strict';
import { parse as parseYaml } from 'yaml';
import { mtlsUpstreamSpec } from '../../../src/api/mtls-upstream.ts';
import { goldenCases } from '../../harness/golden.ts';
import { ServedConfig } from './served-config.ts';

describe('nginx -t on the golden files', () => {
  const served = new ServedConfig();
  after(() => served.close());

  for (const { name, input, output } of goldenCases({ directory: 'nginx', input: '.in.yaml', output: '.out.conf' })) {
    it(`accepts ${name}`, async () => {
      served.writeTls(mtlsUpstreamSpec.shape.nginx.parse(parseYaml(input)).tlsDirectory, served.ca.issue());
      served.write('conf.d/mtls.conf', output);
      assert.equal(await served.nginx.findFault(), undefined);
    });
  }

  it('would tell of a directive that NGINX does not know', async () => {
    served.write('conf.d/mtls.conf', 'server { snippet on; }');
    assert.match((await served.nginx.findFault()) ?? '', /unknown directive "snippet"/);
  });
});
