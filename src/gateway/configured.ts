import type { GatewayConfig } from '../api/operator-config.ts';
import { permanent } from '../std/failure.ts';

/** What the configuration says of the way to the Admin API that a person should see in every status. */
export function wayCaveats({ insecureSkipVerify }: GatewayConfig): readonly string[] {
  if (insecureSkipVerify !== true) return [];
  return ['the certificate of its Admin API is not verified, since insecureSkipVerify is set'];
}

/** Where the operator cannot look groups up, only the one of the configuration is taken: two names would be one group. */
export function onlyGroup({ name, group: only = 'default' }: GatewayConfig, group: string, why: string): void {
  if (group === only) return;
  throw permanent('GatewayGroupNotFound', `The gateway ${name} ${why}: use the group ${only}, not ${group}`);
}
