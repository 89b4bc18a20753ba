import { defineMetrics } from '@wharf/agent';

/** What the registrar counts. */
export const registrarMetrics = defineMetrics({
  containers: {
    type: 'gauge',
    name: 'wharf_registrar_containers',
    help: 'Containers that run on this host, whether they give services or not.',
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
