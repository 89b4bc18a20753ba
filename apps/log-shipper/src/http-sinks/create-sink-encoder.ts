import type { ContainerMetadata } from '../containers/container-metadata.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import { createElasticsearchEncoder } from './elasticsearch-encoder.ts';
import type { HttpSinkKind } from './http-sink.ts';
import { createJsonEncoder } from './json-encoder.ts';
import { createLokiEncoder } from './loki-encoder.ts';

/**
 * The encoder of one container's lines for a sink.
 * @param nonce a word of letters and digits that no other process uses, see `createDocumentIds`
 */
export function createSinkEncoder(kind: HttpSinkKind, metadata: ContainerMetadata, nonce: string): LineEncoder {
  switch (kind) {
    case 'loki':
      return createLokiEncoder(metadata);
    case 'elasticsearch':
      return createElasticsearchEncoder(metadata, nonce);
    case 'json':
      return createJsonEncoder(metadata);
    default:
      return kind satisfies never;
  }
}
