export type { Cluster } from './cluster/cluster.ts';
export type { AgentName, HostState, LabHost } from './cluster/lab-host.ts';
export { AGENT_NAMES } from './cluster/lab-host.ts';
export type { Observation, Watch } from './cluster/watch-answers.ts';
