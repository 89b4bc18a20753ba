import { describe, expect, it } from 'vitest';
import { type LateListener, lateSink } from './late-sink.ts';

/** A listener that notes what it is told. */
function createListener(): { readonly listener: LateListener; readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    listener: {
      tellAll: (revision) => told.push(`all of ${revision}`),
      beginSnapshot() {
        told.push('begin');
        return {
          add: (entries) => told.push(`add ${entries.length}`),
          commit: (revision) => told.push(`commit ${revision}`),
          abort: () => told.push('abort'),
        };
      },
      applyChanges: (changes, revision) => told.push(`${changes.length} changes of ${revision}`),
    },
  };
}

describe('lateSink', () => {
  it('tells a listener that is there', () => {
    const { listener, told } = createListener();
    const sink = lateSink(() => listener);
    const writer = sink.beginSnapshot();
    writer.add([]);
    writer.commit(7);
    sink.applyChanges([], 8);
    expect(told).toEqual(['begin', 'add 0', 'commit 7', '0 changes of 8']);
  });

  it('tells a listener that came in the middle of a listing everything at its end', () => {
    const { listener, told } = createListener();
    const present: LateListener[] = [];
    const sink = lateSink(() => present[0]);
    const given = sink.beginSnapshot();
    const whole = sink.beginSnapshot();
    present.push(listener);
    given.add([]);
    given.abort();
    whole.add([]);
    whole.commit(7);
    expect(told).toEqual(['all of 7']);
  });

  it('says nothing to nobody', () => {
    const sink = lateSink(() => undefined);
    sink.beginSnapshot().commit(7);
    expect(() => sink.applyChanges([], 8)).not.toThrow();
  });
});
