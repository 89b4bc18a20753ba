import { percentLabel, textOfPercentLabel } from './percent-label.ts';

/**
 * The one label that stands for an instance ID in names and keys. An ID that can be a label is that label, so that
 * `host:container:8080:udp` stays as Registrator wrote it (colons, dots and spaces are octets like others in DNS). In
 * other IDs what a label in a key cannot hold is percent-encoded:
 *
 * | in the ID                         | in the label        |
 * | --------------------------------- | ------------------- |
 * | `/`, `%`, control characters      | `%2f`, `%25`, `%0a` |
 * | the whole ID is `.` or `..`       | `%2e`, `%2e%2e`     |
 * | empty                             | `%`                 |
 * | then still longer than 63 octets  | at most 45 of its octets, `%~`, and a checksum of the ID in 16 hexadecimal digits |
 *
 * Different IDs have different labels (up to a clash of two 64-bit checksums); all but the cut ones can be read back
 * with `instanceIdOf`.
 */
export function instanceLabel(id: string): string {
  return percentLabel(id, id === '.' || id === '..' ? '.' : '');
}

/** The ID that `instanceLabel` made `label` of, or undefined when it cannot be told: the ID was cut, or it made none. */
export function instanceIdOf(label: string): string | undefined {
  return textOfPercentLabel(label, instanceLabel);
}
