import type { ContainerMetadata } from '../containers/container-metadata.ts';
import type { LogSource } from '../lines/log-line.ts';
import { sdElement } from './structured-data.ts';

/** As much of an ID as `docker ps` shows: 64 digits in each message would be much. */
const SHORT_ID = 12;

/** What structured data tells of a container: an element of its own for the labels, whose names are long. */
export function metadataElements(
  { host, id, name, image, labels }: ContainerMetadata,
  source: LogSource,
  enterprise: number,
): string {
  const container = sdElement(`container@${enterprise}`, [
    ['host', host],
    ['id', id.slice(0, SHORT_ID)],
    ['name', name],
    ['image', image],
    ['source', source],
  ]);
  return container + sdElement(`labels@${enterprise}`, labels);
}
