import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A request of the account that the API server answered. */
export interface Asked {
  readonly verb: string;
  readonly group: string;
  /** `secrets`, `mtlsgateways/status`; empty for a path that is no resource. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number;
}

interface AuditEvent {
  readonly verb: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

/** What the API server notes of the requests of one account, and of nobody else's: who asked for what, and the code. */
export class AuditLog {
  readonly #account: string;
  #file = '';
  #from = 0;

  constructor(account: string) {
    this.#account = account;
  }

  /** Flags of kube-apiserver; policy and log lie in that directory. */
  readonly flags = (directory: string): readonly string[] => {
    const policy = join(directory, 'audit-policy.json');
    const rules = [{ level: 'Metadata', users: [this.#account], omitStages: ['RequestReceived'] }, { level: 'None' }];
    writeFileSync(policy, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }));
    this.#file = join(directory, 'audit.log');
    return [`--audit-policy-file=${policy}`, `--audit-log-path=${this.#file}`];
  };

  /** What was asked before counts no more. */
  forget(): void {
    this.#from = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Since `forget`, oldest first. A watch is there as soon as it has begun, and once more when it has ended. */
  read(): readonly Asked[] {
    const lines = readFileSync(this.#file).subarray(this.#from).toString().split('\n');
    return lines.slice(0, -1).map((line) => toAsked(JSON.parse(line)));
  }
}

function toAsked({ verb, objectRef = {}, responseStatus }: AuditEvent): Asked {
  const { apiGroup: group = '', resource = '', subresource, namespace = '', name = '' } = objectRef;
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  return { verb, group, resource: whole, namespace, name, code: responseStatus?.code ?? 0 };
}
