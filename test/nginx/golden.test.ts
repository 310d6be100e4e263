import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { mtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import { render } from '../../src/nginx/render.ts';
import { describeGolden } from '../harness/golden.ts';
import { buildSpec } from './specs.ts';

describeGolden({ directory: 'nginx', input: '.in.yaml', output: '.out.conf' }, (input) => {
  const built = buildSpec(mtlsUpstreamSpec.shape.nginx.parse(parseYaml(input)));
  assert.ok(built.ok);
  return render(built.value.statements);
});

describe('docs/mtlsupstream.md', () => {
  it('shows the server block of guide B as it is', () => {
    const golden = readFileSync('test/golden/nginx/guide-b.out.conf', 'utf8');
    assert.ok(readFileSync('docs/mtlsupstream.md', 'utf8').includes(`\`\`\`nginx\n${golden}\`\`\``));
  });
});
