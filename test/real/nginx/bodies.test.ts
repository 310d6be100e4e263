import assert from 'node:assert/strict';
import fc from 'fast-check';
import { block, directive } from '../../../src/nginx/model.ts';
import { isPrintable, render } from '../../../src/nginx/render.ts';
import { anAnswer, aSpec } from '../../nginx/specs.ts';
import { ServedConfig } from './served-config.ts';

describe('texts that NGINX reads back', () => {
  const served = new ServedConfig();
  const client = served.ca.issueClient();
  after(() => served.close());

  it('come out byte for byte, whatever the user wrote', async () => {
    const unit = fc.oneof(
      fc.constantFrom(...'"\'\\;{}#~ \\"ntr'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    );
    const bodies = fc.sample(fc.string({ unit, maxLength: 120 }).filter(isPrintable), { numRuns: 60, seed: 42 });
    const locations = bodies.map((body, at) => anAnswer(body, `/body-${at}`));
    assert.deepEqual(await served.serve(aSpec({ locations })), { state: 'started' });
    for (const [at, body] of bodies.entries()) {
      const result = await served.probe(`/body-${at}`, client);
      assert.ok(result.kind === 'answered', JSON.stringify(result));
      assert.equal(result.body, body);
    }
  });

  it('come out at the length that the grammar just takes', async () => {
    for (const longest of ['"'.repeat(999), '🔐'.repeat(999)]) {
      const { state } = await served.serve(aSpec({ locations: [anAnswer(longest)] }));
      assert.equal(state, 'reloaded');
      const result = await served.probe('/hello', client);
      assert.ok(result.kind === 'answered' && result.body.length > 0);
      assert.ok(longest.startsWith(result.body), 'a probe reads the beginning');
    }
  });

  it('are read by NGINX at the length that the printer just takes', async () => {
    const longest = '"'.repeat(1999);
    assert.equal(isPrintable(longest), true);
    assert.equal(isPrintable(`${longest}"`), false);
    served.put(render([block('server', [], [directive('return', '200', longest)])]));
    assert.equal(await served.nginx.findFault(), undefined);
  });
});
