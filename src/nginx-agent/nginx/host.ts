import type { TestResult } from '../plan/facts.ts';

/** Where NGINX lies: in a container beside the agent, or on its machine. */
export interface NginxHost {
  /** Of the program, as it prints it; undefined as long as nobody told. */
  version(): Promise<string | undefined>;
  canTest(): Promise<boolean>;
  /** `nginx -t` on a release by itself. */
  test(id: string): Promise<TestResult>;
  /** What `nginx -t` said by itself where NGINX waits for a release that passes. */
  resultAtStart(id: string): Promise<TestResult | undefined>;
  /** `nginx -t` on the configuration of the machine, which includes the current release; not where there is none. */
  testMachine?(): Promise<TestResult>;
}
