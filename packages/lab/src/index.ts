export type { Cluster, ClusterOptions } from './cluster/cluster.ts';
export type { AgentName, HostState, LabHost } from './cluster/lab-host.ts';
export { AGENT_NAMES } from './cluster/lab-host.ts';
export { startCluster } from './cluster/start-cluster.ts';
export type { Observation, Watch } from './cluster/watch-answers.ts';
export type { BuiltImages } from './images/ensure-images.ts';
export { ensureImages, loadImages } from './images/ensure-images.ts';
