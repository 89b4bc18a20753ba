import { type Logger, renderOptionError } from '@wharf/agent';
import type { StoredConfiguration } from './stored-configuration.ts';

/** Characters of a field's name that the log shows. */
const MAX_NAME_LENGTH = 100;

/** Fields and mistakes of one configuration that the log names; no server has more options. */
const MAX_NAMED = 50;

export interface ConfigurationFollowerOptions {
  readonly stored: StoredConfiguration;
  /** Where the store has the configuration. */
  readonly key: string;
  readonly log: Logger;
  /** Told after each configuration in which something is wrong. */
  readonly onRejected: () => void;
}

/** Hands on what the store says, each text once, and says in the log what came of it. */
export interface ConfigurationFollower {
  /** What the store has said last; undefined: nothing. */
  readonly json: string | undefined;
  /** @returns whether something may be in force now that was not before */
  take(json: string | undefined, phase: 'start' | 'running'): boolean;
}

export function createConfigurationFollower(options: ConfigurationFollowerOptions): ConfigurationFollower {
  const { stored, key, log, onRejected } = options;
  let known: string | undefined;

  return {
    get json() {
      return known;
    },
    take(json, phase) {
      if (json === known) return false;
      known = json;
      const { errors, unknown, ignored, late } = stored.take(json, phase);
      if (json === undefined)
        log.info({ key }, 'there is no configuration in the store any more: the options count again');
      else if (errors.length === 0) log.info({ key }, 'the configuration in the store is followed');
      else {
        const problems = errors.slice(0, MAX_NAMED).map(renderOptionError);
        log.warn({ key, problems }, 'the configuration in the store has mistakes: what they are about stays as it was');
        onRejected();
      }
      warn(unknown, 'the configuration in the store has fields that are no options');
      warn(ignored, 'options that cannot be set in the store, or do nothing here, are left as they are');
      warn(late, 'options in the store that count at the start alone have changed: start the server again');
      return true;
    },
  };

  function warn(fields: readonly string[], message: string): void {
    const named = fields.slice(0, MAX_NAMED).map((field) => field.slice(0, MAX_NAME_LENGTH));
    if (named.length > 0) log.warn({ key, fields: named }, message);
  }
}
