import assert from 'node:assert/strict';
import type { Call } from '../../src/kube/call.ts';
import { isOutage, toFailure, unreachable } from '../../src/kube/kube-error.ts';
import { configMaps, secrets } from '../../src/model/kube-object.ts';

const patch: Call = { verb: 'patch', type: configMaps, namespace: 'shop', name: 'web' };

/** As the API server writes it, with the two parts that must go nowhere. */
function status(code: number, reason: string, details: object = {}) {
  return {
    kind: 'Status',
    code,
    reason,
    message: 'the value "s3cret" is wrong',
    details: { name: 's3cret', ...details },
  };
}

const causes = [
  { field: 'spec.hosts[0]', message: 's3cret' },
  { field: 'spec.ca', message: 's3cret' },
  { field: 'spec.ca', message: 's3cret' },
  { field: 's3cret = "line\nfeed"' },
  null,
];

describe('the failure behind an answer', () => {
  for (const { code, body, want } of [
    {
      code: 401,
      body: status(401, 'Unauthorized'),
      want: 'transient Unauthorized: Cannot patch configmaps shop/web: the API server does not accept the credentials of the operator',
    },
    {
      code: 403,
      body: status(403, 'Forbidden'),
      want: 'permanent Forbidden: The API server forbids the operator to patch configmaps of the core group in namespace shop: see its RBAC, quotas and admission policies',
    },
    {
      code: 403,
      body: status(403, 'Forbidden', { causes: [{ reason: 'NamespaceTerminating' }] }),
      want: 'permanent NamespaceTerminating: Cannot patch configmaps shop/web: its namespace is being deleted',
    },
    {
      code: 404,
      body: status(404, 'NotFound'),
      want: 'transient NotFound: Cannot patch configmaps shop/web: the API server knows no such object, namespace or type',
    },
    {
      code: 409,
      body: status(409, 'Conflict'),
      want: 'transient Conflict: Cannot patch configmaps shop/web: it was changed meanwhile',
    },
    {
      code: 409,
      body: status(409, 'AlreadyExists'),
      want: 'transient AlreadyExists: Cannot patch configmaps shop/web: it already exists',
    },
    {
      code: 410,
      body: status(410, 'Expired'),
      want: 'transient Expired: Cannot patch configmaps shop/web: the version asked for is too old',
    },
    {
      code: 422,
      body: status(422, 'Invalid', { causes }),
      want: 'permanent Invalid: Cannot patch configmaps shop/web: the API server rejects spec.ca, spec.hosts[0]',
    },
    {
      code: 422,
      body: status(422, 'Invalid'),
      want: 'permanent Invalid: Cannot patch configmaps shop/web: the API server rejects the object',
    },
    {
      code: 429,
      body: status(429, 'TooManyRequests'),
      want: 'transient ApiServerUnavailable: Cannot patch configmaps shop/web: the API server answered 429 TooManyRequests',
    },
    {
      code: 500,
      body: '<html>s3cret</html>',
      want: 'transient ApiServerUnavailable: Cannot patch configmaps shop/web: the API server answered 500',
    },
    {
      code: 400,
      body: { reason: 's3cret value' },
      want: 'permanent Rejected: Cannot patch configmaps shop/web: the API server answered 400',
    },
  ]) {
    it(`of ${code} ${JSON.stringify(body).slice(0, 60)} is safe and says what to do`, () => {
      const failure = toFailure(patch, code, body);
      assert.equal(`${failure.class} ${failure.reason}: ${failure.message}`, want);
    });
  }

  it('names the verb that RBAC knows, and the scope', () => {
    const { message } = toFailure({ verb: 'apply', type: secrets }, 403, undefined);
    assert.equal(
      message,
      'The API server forbids the operator to patch secrets of the core group in all namespaces: see its RBAC, quotas and admission policies',
    );
  });
});

describe('the failure of a call without an answer', () => {
  for (const { name, error, want } of [
    {
      name: 'a code of the system',
      error: Object.assign(new Error('s3cret'), { code: 'ECONNRESET' }),
      want: 'ECONNRESET',
    },
    { name: 'a time-out', error: new DOMException('s3cret', 'TimeoutError'), want: 'TimeoutError' },
    { name: 'an error without a code', error: new TypeError('s3cret'), want: 'TypeError' },
    {
      name: 'a code with a value in it',
      error: Object.assign(new Error('x'), { code: 's3cret value' }),
      want: 'Error',
    },
    { name: 'no error at all', error: 's3cret', want: 'unknown' },
  ]) {
    it(`carries the name of ${name} only`, () => {
      const failure = unreachable(patch, error);
      assert.equal(failure.message, `Cannot patch configmaps shop/web: no answer from the API server (${want})`);
      assert.deepEqual(
        [failure.class, failure.reason, failure.cause],
        ['transient', 'ApiServerUnreachable', undefined],
      );
    });
  }
});

describe('an outage of the API server', () => {
  for (const [code, reason, want] of [
    [500, 'InternalError', true],
    [429, 'TooManyRequests', true],
    [401, 'Unauthorized', true],
    [403, 'Forbidden', false],
    [409, 'Conflict', false],
    [422, 'Invalid', false],
  ] as const) {
    it(`is ${want ? '' : 'not '}behind a ${code}`, () => {
      assert.equal(isOutage(toFailure(patch, code, status(code, reason))), want);
    });
  }

  it('is behind a call without an answer', () => {
    assert.ok(isOutage(unreachable(patch, new Error('no answer'))));
  });
});
