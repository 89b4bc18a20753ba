/** The number that RFC 5424 uses in its examples and RFC 5612 keeps for documents. */
export const EXAMPLE_ENTERPRISE = 32_473;

/** How much of what containers say goes into one element. */
const PARAM_LIMIT = 32;
const VALUE_LIMIT = 1_024;
const ELEMENT_LIMIT = 8_192;
/** RFC 5424, section 6.3.3: SD-NAME has 1 to 32 characters. */
const NAME_LIMIT = 32;

export type SdParam = readonly [name: string, value: string];

/**
 * An SD-ELEMENT (RFC 5424, section 6.3), or nothing when there is no parameter. Of what does not fit the last parameters are
 * left out: more than 32, or 8,192 characters in all; a value ends after 1,024.
 * @param id is written as it is
 */
export function sdElement(id: string, params: readonly SdParam[]): string {
  let text = '';
  for (const [name, value] of params.slice(0, PARAM_LIMIT)) {
    const param = ` ${sdName(name)}="${sdValue(cutText(value))}"`;
    if (text.length + param.length > ELEMENT_LIMIT) break;
    text += param;
  }
  return text === '' ? '' : `[${id}${text}]`;
}

/**
 * A name for a parameter: printable ASCII without `=`, `]` and `"`; any other character is a `_`. Of a long one the last 32
 * characters are kept, since it is by its end that such names differ: `com.docker.compose.project.working_dir`.
 */
export function sdName(text: string): string {
  const name = text.slice(-NAME_LIMIT).replace(/[^!#-<>-\\^-~]/gu, '_');
  return name === '' ? '_' : name;
}

/** Escapes what RFC 5424, section 6.3.3, asks for; control characters, which end a message on the way, become spaces. */
export function sdValue(text: string): string {
  return withoutControls(text).replace(/["\\\]]/g, '\\$&');
}

export function withoutControls(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for.
  return text.replace(/[\x00-\x1f\x7f]/g, ' ');
}

const SD_NAME = '[!#-<>-\\\\^-~]{1,32}';
/** In a value, a backslash goes with what comes after it. */
const SD_PARAM = ` ${SD_NAME}="(?:[^"\\\\\\]]|\\\\.)*"`;
const SD_ELEMENTS = new RegExp(`^(?:\\[${SD_NAME}(?:${SD_PARAM})*\\])+$`, 'su');

/** Whether a text is STRUCTURED-DATA of at least one element (RFC 5424, section 6.3). */
export function isStructuredData(text: string): boolean {
  return SD_ELEMENTS.test(text);
}

/** Never ends within a character. */
function cutText(text: string): string {
  if (text.length <= VALUE_LIMIT) return text;
  const cut = text.slice(0, VALUE_LIMIT);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
