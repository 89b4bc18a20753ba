/**
 * Orders keys as etcd does: by the bytes of their UTF-8 form, which is the order of their code points. JavaScript's own
 * order is that of UTF-16 code units, in which U+10000 and above sort before U+E000.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Moves the surrogates (U+D800 to U+DFFF), which stand for U+10000 and above, behind U+FFFF. */
function rank(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x1_0000 : codeUnit;
}
