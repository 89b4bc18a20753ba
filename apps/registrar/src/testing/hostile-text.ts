import * as fc from 'fast-check';

/** What a container may say of its name and ID to get out of where it belongs. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', '.', '..', '/', '../..', '/skydns/config', 'a/../..', 'a//b', 'a/', '%2e%2e', '%', '\0', 'a\0b'),
  fc.constantFrom('\ud800', 'a\udfff/..', 'x'.repeat(10_000), 'ü'.repeat(64), `${'../'.repeat(200)}config`),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('.', '/', '%', 'a', '-', '_', 'é', '\n') }),
);
