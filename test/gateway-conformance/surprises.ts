/** What a real gateway did that nobody expects: APISIX 3.18, measured. Rows of the table name them by number. */
export interface Surprise {
  readonly what: string;
  /** What the operator does about it. */
  readonly rule: string;
  /** What holds the operator to it: a file, and the sentence of a test or case there. */
  readonly test: readonly [file: string, sentence: string];
  /** Why no row asks for it. */
  readonly unasked?: string;
}

export const surprises: readonly Surprise[] = [
  {
    what: 'A CA that is removed does not cut off its clients: sessions resume for up to 10 minutes, also those that began without a certificate',
    rule: 'proofs are full handshakes, and never offer a session',
    test: ['test/probe/tls-probe.test.ts', 'never resumes a session'],
  },
  {
    what: 'A refusal of TLS 1.3 shows at the first read, after a handshake that looks finished',
    rule: 'a probe reads before it says that somebody was let in',
    test: [
      'test/probe/tls-probe.test.ts',
      'by TLS 1.3 without a certificate: alert 116 at the first read, with the leaf',
    ],
  },
  {
    what: 'A key of another certificate and a chain in the wrong order are accepted, and then end every handshake',
    rule: 'material is judged before it is sent, and the served leaf is looked at after it',
    test: ['test/plan/push-check.test.ts', 'a key of another certificate'],
  },
  {
    what: 'An answer never holds the key of an `ssl`, but that of an upstream, encrypted',
    rule: 'a label holds a hash of what was sent; an upstream refers to its client certificate and holds no key',
    test: [
      'test/gateway/payload.test.ts',
      'shows a key that alone has changed by the hash of its certificate, and by no other',
    ],
  },
  {
    what: 'A PUT is the whole object: without `client` mTLS is off, without `key` it is refused with an opaque text; a PATCH may end in 503',
    rule: 'certificate, key and client trust go in one PUT, and nothing is ever patched',
    test: ['test/gateway/compile.test.ts', 'is one request for a new server certificate'],
  },
  {
    what: 'Of two objects with one name the oldest in memory is served, and after a reload the lowest id',
    rule: 'a name has one object, whose id never depends on its content; a name that is taken is a condition',
    test: ['test/plan/changes.test.ts', 'names the object that has our SNI under another id'],
  },
  {
    what: 'A client certificate that is renewed under its id lives on in pooled connections; nobody prevents its deletion',
    rule: 'each issue has an id of its own; the upstream is switched to it before the old one goes',
    test: ['test/gateway/compile.test.ts', 'is served under its new client certificate before the old one goes'],
  },
  {
    what: 'Upstreams are not verified before 3.19, whatever `tls.verify` says; unknown fields of `tls` are accepted',
    rule: 'fields that a version does not know are not sent, and `Enforced` says `UpstreamNotVerified`',
    test: ['test/real/whole/flavours.test.ts', 'an MtlsUpstream becomes Ready, and says where nobody verifies NGINX'],
  },
  {
    what: 'An unknown, a deleted and a disabled name and one with a broken pair look the same: alert 80',
    rule: 'a probe that sees it says that the name is not served, and names no cause',
    test: ['test/plan/tls-checks.test.ts', 'a name that is not served, which refuses nobody'],
  },
  {
    what: 'mTLS guards the TLS port and the names of its object: routes without hosts and the plain port stay open',
    rule: 'routes that the operator makes carry the hosts of their service; the rest is told in the docs of MtlsGateway',
    test: ['test/gateway/compile.test.ts', 'is, read back, what was asked for'],
  },
  {
    what: 'A body that is no JSON is echoed and logged, and a private key among certificates is shown',
    rule: 'bodies come from a serialiser, and no error carries a body',
    test: ['test/gateway/admin-client.test.ts', 'and quotes nothing'],
  },
  {
    what: 'An id with a slash is cut there, and another object is overwritten',
    rule: 'ids are made of hashes and words of our own, and hold no slash',
    test: ['test/gateway/payload.test.ts', 'ids fit every version (64 characters, no slash)'],
  },
  {
    what: 'An intermediate CA alone as client trust refuses everybody; a depth of 1 allows one intermediate',
    rule: 'a CA below a root that is not there is named in a condition and is not trusted',
    test: ['test/pki/path/judge.test.ts', 'an intermediate without its root'],
  },
  {
    what: 'A PUT that was not answered in time may be stored later',
    rule: 'the group is read again before anything else',
    test: ['test/gateway/shared-gateway.test.ts', 'that failed: it may have landed'],
    unasked: 'it would take an etcd that stops',
  },
  {
    what: 'With exempt paths refusals are HTTP 400 in place of alerts; a regex that is none is accepted, an empty one exempts everything, one that is not anchored more than meant',
    rule: 'users write paths, which are sent as anchored patterns of that text alone; the proof looks for HTTP 400 then, and what somebody else adds is taken back',
    test: [
      'test/gateway/client-verification.test.ts',
      'has a pattern for each path, anchored and without what a pattern takes for more',
    ],
  },
  {
    what: 'With mTLS an SNI in upper case gets 400, and one connection cannot serve two hosts of a star',
    rule: 'names go to the gateway in lower case, and each probe has a connection of its own',
    test: ['test/gateway/payload.test.ts', 'names of hosts are claimed, in lower case'],
  },
  {
    what: 'A reload of NGINX costs requests in the pool of the gateway',
    rule: 'upstreams get `retries: 2`',
    test: [
      'test/api/parse-spec.test.ts',
      'has the gateway repeat a request twice that NGINX missed, unless told otherwise',
    ],
  },
  {
    what: 'A pause is no evidence: a certificate that met workers with the old trust was refused with 400',
    rule: 'a renewal is done when handshakes with every endpoint showed it',
    test: [
      'test/real/whole/upstream-lifecycle.ts',
      'renews a client certificate under a new id, and the request through the gateway never fails',
    ],
  },
  {
    what: 'A page on which nothing stands, that of an empty collection too, is written `{}` and is no array; without paging it is `[]`',
    rule: 'an empty object is an empty page where the total says that nothing can stand on it, and a failure elsewhere',
    test: ['test/gateway/admin-client.test.ts', 'an empty one that is an empty table of Lua'],
  },
];
