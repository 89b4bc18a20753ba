/** The largest snapshot, in octets: more is neither written nor read. A million records are about 120 MB. */
export const MAX_SNAPSHOT_OCTETS = 2 ** 30;

/** The longest line, in octets: etcd takes requests of 1.5 MiB, and JSON may write an octet as six. */
export const MAX_SNAPSHOT_LINE_OCTETS = 10 * 2 ** 20;
