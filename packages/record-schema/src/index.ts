export { domainProblem, type Labels, MAX_DOMAIN_OCTETS, parseDomain, renderDomain } from './domain.ts';
export { instanceIdOf, instanceLabel } from './instance-label.ts';
export { DEFAULT_PATH_PREFIX, keyOf, keyPrefixOf, labelsOfKey } from './key.ts';
export { canonicalLabel, MAX_LABEL_OCTETS } from './label.ts';
export {
  MAX_RECORD_LENGTH,
  type RecordError,
  type RecordErrorCode,
  type ServiceRecord,
} from './record.ts';
export { parseRecord, renderRecord } from './record-json.ts';
export { MAX_INSTANCE_ID_LENGTH, type RecordLocation, recordKey, serviceNameProblem } from './record-key.ts';
export type { Result } from './result.ts';
