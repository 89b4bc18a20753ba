export type SnapshotErrorCode =
  | 'missing'
  | 'no-folder'
  | 'unreadable'
  | 'unsafe'
  | 'malformed'
  | 'other-version'
  | 'other-records'
  | 'too-old'
  | 'too-large'
  | 'unwritable'
  | 'stopped';

/** A snapshot that cannot be read or written; the message names the file. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  readonly code: SnapshotErrorCode;

  constructor(code: SnapshotErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
