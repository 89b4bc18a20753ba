/** An image that is built from this tree. */
export interface ImageDeclaration {
  /** Without a tag: `wharf/registrar`. */
  readonly name: string;
  /** From the root of the tree, which is what it is built from. */
  readonly dockerfile: string;
  /** What it needs of its base; `node` when absent. */
  readonly base?: 'node' | 'debian';
}

/** All images, in the order in which they are built. */
export const IMAGES: readonly ImageDeclaration[] = [
  { name: 'wharf/registrar', dockerfile: 'docker/registrar.Dockerfile' },
  { name: 'wharf/dns-server', dockerfile: 'docker/dns-server.Dockerfile' },
  { name: 'wharf/log-shipper', dockerfile: 'docker/log-shipper.Dockerfile' },
  { name: 'wharf/central-rsyslog', dockerfile: 'docker/central-rsyslog.Dockerfile', base: 'debian' },
];
