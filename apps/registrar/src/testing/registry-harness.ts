import type { LogFields, Logger } from '@wharf/agent';
import type { Registry, RegistryListener, SyncReport, SyncScope } from '../registries/registry.ts';

/** A registry with a listener that says what a test wants registered, and notes what it is told. */
export interface RegistryHarness {
  /** Undefined: not known yet. */
  desired: ReadonlyMap<string, string> | undefined;
  readonly reports: readonly SyncReport[];
  readonly failures: readonly string[];
  /** How often `onHeld` was called. */
  readonly held: number;
  /** Changes what is desired, and says so. */
  want(desired: ReadonlyMap<string, string>, scope?: SyncScope): void;
}

/** Starts the registry. */
export function harness(registry: Registry): RegistryHarness {
  const reports: SyncReport[] = [];
  const failures: string[] = [];
  const state = {
    desired: undefined as ReadonlyMap<string, string> | undefined,
    reports,
    failures,
    held: 0,
    want(desired: ReadonlyMap<string, string>, scope: SyncScope = 'changes'): void {
      state.desired = desired;
      registry.request(scope);
    },
  };
  const listener: RegistryListener = {
    desired: () => state.desired,
    onSynced: (report) => reports.push(report),
    onFailed: (error) => failures.push(error instanceof Error ? error.message : String(error)),
    onHeld: () => {
      state.held++;
    },
    onLost: () => undefined,
  };
  registry.start(listener);
  return state;
}

/** A logger that keeps its lines: the message, then the fields as JSON. */
export function createLogBook(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const write = (fields: LogFields, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log };
  return { log, lines };
}
