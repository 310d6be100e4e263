/** Networks of the node. Nobody else knows them: they are in a network namespace of its own. */
export const addresses = {
  /** Where the API server, kubelet and what runs beside the pods are. */
  node: '10.1.0.1',
  nodeNetwork: '10.1.0.1/24',
  pods: '10.2.0.0/16',
  /** As the API server has it: the address of a Service may be chosen from it. */
  services: '10.0.0.0/24',
} as const;
