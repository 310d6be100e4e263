import assert from 'node:assert/strict';
import { parse as parseYaml } from 'yaml';
import { mtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import { build } from '../../src/nginx/build.ts';
import { render } from '../../src/nginx/render.ts';
import { describeGolden } from '../harness/golden.ts';

describeGolden({ directory: 'nginx', input: '.in.yaml', output: '.out.conf' }, (input) => {
  const built = build(mtlsUpstreamSpec.shape.nginx.parse(parseYaml(input)));
  assert.ok(built.ok);
  return render(built.value);
});
