import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressRules, kindOfHost, refusalOf } from '../../src/plan/nginx/addresses.ts';

const byDefault = addressRules({ allow: [], refuse: [] });
const known = [
  { who: 'the API server', addresses: ['10.96.0.1', '10.0.0.5', '127.0.0.1'], ports: [6443] },
  { who: 'the operator', addresses: ['10.1.2.3', 'fd00::3', 'fe80::3%eth0', '127.0.0.1', '::1'], ports: [8080] },
];
const judge = (address: string, port = 8443, rules = byDefault) => refusalOf(rules, known, address, port);

describe('an address that a node may not have', () => {
  for (const { what, addresses } of [
    {
      what: 'a loopback address',
      addresses: [
        '127.0.0.1',
        '127.1.2.3',
        '127.255.255.255',
        '::1',
        '0:0:0:0:0:0:0:1',
        '::ffff:127.0.0.1',
        '::ffff:7f00:1',
        '::FFFF:7F00:1',
        '64:ff9b::127.0.0.1',
        '64:ff9b::7f00:1',
      ],
    },
    { what: 'not the address of a host', addresses: ['0.0.0.0', '0.1.2.3', '::', '::ffff:0.0.0.0', '64:ff9b::'] },
    {
      what: 'a link-local address',
      addresses: [
        '169.254.169.254',
        '169.254.0.1',
        'fe80::1',
        'fe80::1%eth0',
        'febf::1',
        '::ffff:a9fe:a9fe',
        '64:ff9b::a9fe:a9fe',
      ],
    },
    { what: 'a multicast address', addresses: ['224.0.0.1', '239.255.255.255', 'ff02::1', '::ffff:224.0.0.1'] },
    {
      what: 'the metadata service of a cloud',
      addresses: [
        '100.100.100.200',
        '168.63.129.16',
        '192.0.0.192',
        'fd00:ec2::254',
        'fd20:ce::254',
        '::ffff:100.100.100.200',
      ],
    },
    { what: 'a reserved address', addresses: ['240.0.0.1', '255.255.255.255', '::ffff:255.255.255.255'] },
    {
      what: 'a tunnel address',
      addresses: ['::10.0.0.7', '::7f00:1', '64:ff9b:1::7f00:1', '2001::1', '2002:7f00:1::'],
    },
    { what: 'the API server', addresses: ['10.96.0.1', '10.0.0.5', '::ffff:10.0.0.5', '64:ff9b::10.0.0.5'] },
    { what: 'the operator', addresses: ['10.1.2.3', '::ffff:a01:203', 'fd00::3', 'fd00:0:0::3'] },
  ]) {
    for (const address of addresses) it(`is ${what}: ${address}`, () => assert.equal(judge(address), `is ${what}`));
  }

  it('is what the administrator refuses, in the IPv6 forms of it too', () => {
    const rules = addressRules({ allow: [], refuse: ['10.9.0.0/16', 'fd09::/16'] });
    for (const address of ['10.9.1.1', '::ffff:10.9.1.1', '64:ff9b::10.9.1.1', 'fd09::1'])
      assert.equal(judge(address, 8443, rules), 'is refused by the administrator', address);
    assert.equal(judge('10.8.1.1', 8443, rules), undefined);
  });
});

describe('an address that a node may have', () => {
  for (const address of [
    '10.0.0.7',
    '192.168.1.1',
    '100.64.0.1',
    '8.8.8.8',
    '64:ff9b::8.8.8.8',
    'fd00::7',
    '2a00::1',
    '::ffff:10.0.0.7',
  ])
    it(`is ${address}`, () => assert.equal(judge(address), undefined));

  it('is what the administrator allows of the default, and no more', () => {
    const rules = addressRules({ allow: ['127.0.0.0/8', '10.0.0.5/32'], refuse: ['127.0.0.9/32'] });
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '10.0.0.5'])
      assert.equal(judge(address, 8443, rules), undefined, address);
    assert.equal(judge('127.0.0.9', 8443, rules), 'is refused by the administrator');
    assert.equal(judge('::1', 8443, rules), 'is a loopback address');
    assert.equal(judge('169.254.0.1', 8443, rules), 'is a link-local address');
  });

  it('is never where the API server or the operator listens, whatever is allowed', () => {
    const rules = addressRules({ allow: ['0.0.0.0/0', '::/0'], refuse: [] });
    assert.equal(judge('10.0.0.5', 6443, rules), 'is the API server');
    assert.equal(judge('127.0.0.1', 6443, rules), 'is the API server');
    assert.equal(judge('::ffff:127.0.0.1', 8080, rules), 'is the operator');
    assert.equal(judge('127.0.0.1', 8443, rules), undefined);
  });
});

describe('the host of a node', () => {
  for (const { kind, hosts } of [
    { kind: 'address', hosts: ['10.0.0.7', '127.0.0.1', '255.255.255.255'] },
    { kind: 'name', hosts: ['app.internal', 'localhost', 'a1', '1a', '10.0.0.7.example', 'x0x7f'] },
    {
      kind: 'ambiguous',
      hosts: [
        '127.1',
        '2130706433',
        '017700000001',
        '0177.0.0.1',
        '0x7f000001',
        '0x7f.1',
        '0X7F.0x1',
        '0x',
        '127.0.0.01',
        '1.2.3.4.5',
        '256.1.1.1',
        'app.1',
        '010.0.0.7',
      ],
    },
  ] as const) {
    for (const host of hosts) it(`${host} is ${kind}`, () => assert.equal(kindOfHost(host), kind));
  }

  it('is no name where a URL would make an address of it', () => {
    const spelling = fc.oneof(
      fc.ipV4(),
      fc.nat().map(String),
      fc.nat().map((number) => `0x${number.toString(16)}`),
      fc
        .array(
          fc.oneof(
            fc.nat(300).map(String),
            fc.nat(300).map((number) => `0${number.toString(8)}`),
          ),
          { minLength: 1, maxLength: 5 },
        )
        .map((parts) => parts.join('.')),
      fc.domain(),
    );
    fc.assert(
      fc.property(spelling, (host) => {
        const read = URL.parse(`http://${host}/`)?.hostname;
        if (kindOfHost(host) === 'name') assert.equal(read, host.toLowerCase());
        if (kindOfHost(host) === 'address') assert.equal(read, host);
      }),
    );
  });
});
