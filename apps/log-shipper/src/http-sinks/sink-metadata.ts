/** What a structured sink is told of the container a line is from. Never its environment. */
export interface SinkMetadata {
  /** The machine the container runs on. */
  readonly host: string;
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Without a leading slash. */
  readonly name: string;
  readonly image: string;
  /** Those of the container's labels that were chosen to leave the host. */
  readonly labels: readonly (readonly [key: string, value: string])[];
}
