import { defineMetrics } from '@wharf/agent';

/** What the registrar counts. */
export const registrarMetrics = defineMetrics({
  containers: {
    type: 'gauge',
    name: 'wharf_registrar_containers',
    help: 'Containers that run on this host, whether they give services or not.',
  },
  draining: {
    type: 'gauge',
    name: 'wharf_registrar_draining_containers',
    help: 'Containers that were sent their stop signal and still run; their services are out.',
  },
  services: {
    type: 'gauge',
    name: 'wharf_registrar_services',
    help: 'Services that should be in the store.',
  },
  skippedPorts: {
    type: 'gauge',
    name: 'wharf_registrar_skipped_ports',
    help: 'Ports of running containers that give no service; /debug/containers has the reasons.',
  },
  conflicts: {
    type: 'gauge',
    name: 'wharf_registrar_conflicts',
    help: 'Services whose key somebody else holds: another owner in the store, or another container of this host.',
  },
  operations: {
    type: 'counter',
    name: 'wharf_registrar_operations_total',
    help: 'Keys written to and removed from the store.',
    labels: ['kind'],
  },
  syncs: {
    type: 'counter',
    name: 'wharf_registrar_syncs_total',
    help: 'Synchronisations by scope (changes: with what is known to be stored; everything: with the store) and outcome.',
    labels: ['scope', 'outcome'],
  },
  eventDelay: {
    type: 'histogram',
    name: 'wharf_registrar_event_to_registered_seconds',
    help: "From the engine's time of an event to the change of a key that followed from it, by what was done to the key.",
    labels: ['kind'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  },
  lastSync: {
    type: 'gauge',
    name: 'wharf_registrar_last_sync_timestamp_seconds',
    help: 'When something was last compared with the store, be it changes or everything, in seconds since 1970; 0 before the first time.',
  },
  lastFullSync: {
    type: 'gauge',
    name: 'wharf_registrar_last_full_sync_timestamp_seconds',
    help: 'When everything was last compared with the store, in seconds since 1970; 0 before the first time.',
  },
  leaseSince: {
    type: 'gauge',
    name: 'wharf_registrar_lease_held_since_timestamp_seconds',
    help: "Since when this process has kept the host's records without a break; 0 while it does not.",
  },
  leaseLosses: {
    type: 'counter',
    name: 'wharf_registrar_lease_losses_total',
    help: "How often the right to write this host's records was lost.",
  },
  eventGaps: {
    type: 'counter',
    name: 'wharf_registrar_event_gaps_total',
    help: "How often the engine's events may have been missed; a new listing makes up for each.",
  },
});
