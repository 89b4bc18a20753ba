import type { Change, Revision } from './key-store.ts';

/** What one revision changed. */
export interface Commit {
  readonly revision: Revision;
  readonly changes: readonly Change[];
}

/** The newest commits, so that a watch can begin in the past; older ones are compacted when there are too many. */
export interface History {
  /** A watch from an earlier revision than this cannot be had. */
  readonly compactRevision: Revision;
  append(commit: Commit): void;
  /** Every commit from `revision` on, in order. */
  from(revision: Revision): readonly Commit[];
  /** Forgets all commits before `revision`. */
  compact(revision: Revision): void;
}

/** A history of at most `limit` changes; a single commit of more than that is forgotten at once. */
export function createHistory(limit: number): History {
  let commits: Commit[] = [];
  /** Commits before this place are forgotten; the array is cut only now and then, so that appending stays cheap. */
  let first = 0;
  let size = 0;
  let compactRevision = 0;

  /** Forgets the oldest commits for as long as `isTooMuch` says so. */
  const forgetWhile = (isTooMuch: (oldest: Commit) => boolean): void => {
    for (let oldest = commits[first]; oldest !== undefined && isTooMuch(oldest); oldest = commits[first]) {
      first++;
      size -= oldest.changes.length;
      compactRevision = oldest.revision + 1;
    }
    if (first * 2 > commits.length) {
      commits = commits.slice(first);
      first = 0;
    }
  };

  return {
    get compactRevision() {
      return compactRevision;
    },
    append(commit) {
      commits.push(commit);
      size += commit.changes.length;
      forgetWhile(() => size > limit);
    },
    from(revision) {
      const start = commits.findIndex((commit, place) => place >= first && commit.revision >= revision);
      return start === -1 ? [] : commits.slice(start);
    },
    compact(revision) {
      forgetWhile((oldest) => oldest.revision < revision);
      compactRevision = Math.max(compactRevision, revision);
    },
  };
}
