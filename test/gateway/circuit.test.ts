import assert from 'node:assert/strict';
import { Circuit } from '../../src/gateway/circuit.ts';
import { transient } from '../../src/std/failure.ts';

const silent = transient('GatewayUnreachable', 'The Admin API of the gateway default does not answer (ECONNREFUSED)');
const busy = transient('GatewayError', 'It answered 503');
const fails = (failure: Error) => async () => Promise.reject(failure);
const answers = async () => 'an answer';

describe('the circuit of a gateway', () => {
  let now: number;
  let circuit: Circuit;
  const open = async () => {
    for (const _ of [1, 2, 3]) await assert.rejects(circuit.guard(fails(silent)), silent);
  };
  const isOpen = async () => {
    const calls: string[] = [];
    await circuit.guard(async () => calls.push('call')).catch((error) => assert.equal(error, silent));
    return calls.length === 0;
  };

  beforeEach(() => {
    now = 0;
    circuit = new Circuit(
      () => 1,
      () => now,
    );
  });

  it('opens after three calls in a row without an answer', async () => {
    for (const _ of [1, 2]) await assert.rejects(circuit.guard(fails(silent)), silent);
    assert.equal(await isOpen(), false);
    await open();
    assert.equal(await isOpen(), true);
  });

  it('stays closed where the gateway answers, however badly', async () => {
    for (const _ of [1, 2, 3, 4]) await assert.rejects(circuit.guard(fails(busy)), busy);
    assert.equal(await isOpen(), false);
  });

  it('lets one call try after its rest, and closes with its answer', async () => {
    await open();
    now = 1001;
    assert.equal(await circuit.guard(answers), 'an answer');
    assert.equal(await isOpen(), false);
  });

  it('lets an attempt through while it is open, and closes with its answer', async () => {
    await open();
    assert.equal(await circuit.attempt(answers), 'an answer');
    assert.equal(await isOpen(), false);
  });

  it('stays open by an attempt that fails as well', async () => {
    await open();
    now = 999;
    await assert.rejects(circuit.attempt(fails(silent)), silent);
    now = 1001;
    assert.equal(await isOpen(), true);
  });

  it('opens by attempts that fail alone', async () => {
    for (const _ of [1, 2, 3]) await assert.rejects(circuit.attempt(fails(silent)), silent);
    assert.equal(await isOpen(), true);
  });
});
