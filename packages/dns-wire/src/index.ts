export { mappedIpv4, parseIpv4, parseIpv6 } from './address.ts';
export {
  className,
  ExtendedErrorCode,
  Opcode,
  OptionCode,
  parseClass,
  parseType,
  type QuestionType,
  Rcode,
  type RecordClass,
  type RecordType,
  typeCode,
  typeName,
} from './codes.ts';
export { decodeMessage, decodeRequest, MAX_REQUEST_ENTRIES } from './decode-message.ts';
export { type ExtendedError, extendedErrorOption, extendedErrors } from './edns.ts';
export { type EncodeOptions, encodeMessage } from './encode-message.ts';
export {
  MAX_LABEL_OCTETS,
  MAX_MESSAGE_OCTETS,
  MAX_NAME_OCTETS,
  MAX_TTL_SECONDS,
  MIN_UDP_OCTETS,
  SAFE_UDP_OCTETS,
} from './limits.ts';
export type * from './message.ts';
export { nameProblem, sameName } from './name.ts';
export { parseName, renderName } from './name-text.ts';
export { parseRecordText, parseZoneText } from './parse-zone.ts';
export { plainQuery } from './plain-query.ts';
export { renderRecordText } from './render-record.ts';
export { type ReplyFields, replyTo } from './reply.ts';
export type { Result } from './result.ts';
export { unreadableRcode } from './unreadable.ts';
