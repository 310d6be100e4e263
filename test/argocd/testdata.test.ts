import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { freePort } from '../../deploy/local/processes/ports.ts';
import { eventually } from '../harness/eventually.ts';
import { aGateway, anUpstream } from '../harness/given.ts';
import { holdFile } from '../harness/golden.ts';
import { type Resource, useWhole } from '../harness/whole.ts';
import { anonymous } from './anonymous.ts';
import { customizationOf } from './customization.ts';

const kinds = { mgw: 'MtlsGateway', mup: 'MtlsUpstream' } as const;
const names = { mgw: 'test-com', mup: 'mtls-nginx' } as const;
type Short = keyof typeof kinds;

interface Moment {
  /** Of the file. */
  readonly name: string;
  readonly begin: () => Promise<void>;
  /** What the status says then. */
  readonly said: RegExp;
  readonly end?: () => Promise<void>;
}

/** What Argo CD and Flux are asked about is what the operator writes: each file is one moment of a life. */
describe('golden files in the testdata of the health checks', () => {
  const given = useWhole({ operator: false });
  let port: number;

  before(async () => {
    port = await freePort();
  });

  const apply = (gateway: object, upstream: object = {}) =>
    given.whole.apply(aGateway({ spec: gateway }), anUpstream({ port, spec: upstream }));
  const ready = () => Promise.all((['mgw', 'mup'] as const).map((kind) => given.whole.ready(kind, names[kind])));
  const asked = async () => {
    await apply({});
    await ready();
  };
  const elsewhere = { gatewayRef: { name: 'nowhere' } };

  const moments: readonly Moment[] = [
    // Each waits for somebody else: one for the Secret of a CA, the other for its NGINX.
    { name: 'new', begin: () => apply({ ca: { secretRef: { name: 'corporate-ca' } } }), said: /"Pending"/ },
    {
      name: 'issuing',
      begin: () => given.whole.startOperator(),
      said: /ReferenceMissing|NginxUnreachable/,
      end: async () => void (await given.whole.startNginx()),
    },
    { name: 'ready', begin: asked, said: /"reason":"Ready"/ },
    { name: 'stalled', begin: () => apply(elsewhere, elsewhere), said: /GatewayUnknown/, end: asked },
    {
      name: 'generation-behind',
      begin: async () => {
        await given.whole.stopOperator();
        await apply({ verification: { path: '/ip' } }, { deletionPolicy: 'Retain' });
      },
      said: /"reason":"Ready"/,
      end: async () => {
        await given.whole.startOperator();
        await asked();
      },
    },
    {
      name: 'gateway-unreachable',
      begin: async () => {
        await given.whole.fault({ close: true });
        await given.whole.touch('mgw', names.mgw);
        await given.whole.touch('mup', names.mup);
      },
      said: /GatewayUnreachable/,
    },
    {
      name: 'deleting',
      begin: async () => void (await given.whole.here(['delete', 'mgw,mup', '--all', '--wait=false'])),
      said: /DeletionBlocked/,
      end: () => given.whole.fault({}),
    },
  ];

  for (const { name, begin, said, end } of moments) {
    it(`${name}.yaml of both kinds`, async () => {
      await begin();
      for (const kind of ['mgw', 'mup'] as const) {
        const live = await untilSaid(kind, said);
        const text = stringify(anonymous(live, port), { lineWidth: 0 });
        holdFile(`${customizationOf(kinds[kind])}/testdata/${name}.yaml`, text);
      }
      await end?.();
    });
  }

  const untilSaid = (kind: Short, said: RegExp) =>
    eventually(async () => {
      const live = await given.whole.get<Resource>(kind, names[kind]);
      assert.match(JSON.stringify(live.status), said);
      return live;
    });
});
