import assert from 'node:assert/strict';
import { parse as parseYaml } from 'yaml';
import { mtlsUpstreamSpec } from '../../../src/api/mtls-upstream.ts';
import { goldenCases } from '../../harness/golden.ts';
import { ServedConfig } from './served-config.ts';
import { nginxVersions } from './versions.ts';

for (const { version, ensure } of nginxVersions) {
  describe(`the golden files in NGINX, ${version}`, () => {
    let served: ServedConfig;
    before(async function () {
      this.timeout(600_000);
      served = new ServedConfig(await ensure());
    });
    after(() => served.close());

    for (const { name, input, output } of goldenCases({ directory: 'nginx', input: '.in.yaml', output: '.out.conf' })) {
      const spec = () => mtlsUpstreamSpec.shape.nginx.parse(parseYaml(input));

      it(`pass nginx -t: ${name}`, async () => {
        served.writeTls(spec().tlsDirectory, served.ca.issue());
        served.put(output);
        assert.equal(await served.nginx.findFault(), undefined);
      });

      it(`serve, on a port that is free: ${name}`, async () => {
        const { state } = await served.serve(spec());
        assert.match(state, /^(started|reloaded)$/);
        const [location] = spec().locations;
        const result = await served.probe(location?.path ?? '/', served.ca.issueClient());
        assert.ok(result.kind === 'answered', JSON.stringify(result));
        assert.equal(result.status, location?.return?.status ?? 502);
      });
    }

    it('would be refused for a directive that NGINX does not know', async () => {
      served.put('server { snippet on; }');
      assert.match((await served.nginx.findFault()) ?? '', /unknown directive "snippet"/);
    });
  });
}
