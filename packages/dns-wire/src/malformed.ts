import type { DecodeErrorCode, EncodeErrorCode } from './message.ts';

/** Thrown inside the decoder, and nowhere seen outside: `decodeMessage` makes a `DecodeError` of it. */
export class MalformedPacket extends Error {
  override readonly name = 'MalformedPacket';
  readonly code: DecodeErrorCode;

  constructor(code: DecodeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Thrown inside the encoder, and nowhere seen outside: `encodeMessage` makes an `EncodeError` of it. */
export class UnencodableMessage extends Error {
  override readonly name = 'UnencodableMessage';
  readonly code: EncodeErrorCode;

  constructor(code: EncodeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
