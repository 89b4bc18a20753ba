export { dnssdServiceLabels } from './dnssd-service-labels.ts';
export { domainProblem, type Labels, MAX_DOMAIN_OCTETS, parseDomain, renderDomain } from './domain.ts';
export {
  type FittedPairs,
  fitTextPairs,
  type LeftOutPair,
  MAX_TEXT_OCTETS,
  textPairProblem,
} from './fit-text-pairs.ts';
export { hostnameLabel, idOfHostnameLabel } from './hostname-label.ts';
export { instanceIdOf, instanceLabel } from './instance-label.ts';
export { instanceLabels, MAX_INSTANCE_ID_LENGTH } from './instance-labels.ts';
export { DEFAULT_PATH_PREFIX, keyOf, keyPrefixOf, labelsOfKey } from './key.ts';
export { canonicalLabel, labelProblem, MAX_LABEL_OCTETS } from './label.ts';
export {
  MAX_RECORD_LENGTH,
  type RecordError,
  type RecordErrorCode,
  type ServiceRecord,
} from './record.ts';
export { parseRecord, renderRecord } from './record-json.ts';
export {
  type RecordLocation,
  recordKey,
  serviceNameProblem,
} from './record-key.ts';
export type { Result } from './result.ts';
export { serviceNameLabel, serviceNameOf } from './service-name-label.ts';
export { parseTextPairs, renderTextPairs } from './text-pairs.ts';
export { decodeUtf8, encodeUtf8 } from './utf8.ts';
