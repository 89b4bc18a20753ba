import 'dns-packet';

/** The codecs for single record types, which dns-packet exports and its types leave out. Offsets are those of RDLENGTH. */
declare module 'dns-packet' {
  interface DataDecoder<Data> {
    decode(packet: Buffer, offset: number): Data;
  }

  export const a: DataDecoder<string>;
  export const aaaa: DataDecoder<string>;
  export const txt: DataDecoder<Buffer[]>;
}
