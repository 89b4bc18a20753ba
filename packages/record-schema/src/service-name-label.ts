import { percentLabel, textOfPercentLabel } from './percent-label.ts';

/**
 * The one label that stands for a service's name. A name that can be a single label is that label, byte for byte. In
 * others `/`, `%`, control characters and dots are percent-encoded (`my.app` is `my%2eapp`: a dot inside a label is not
 * the one in the name that people ask for), and names that are too long are cut, all as in `instanceLabel`.
 *
 * Different names have different labels (up to a clash of two 64-bit checksums); all but the cut ones can be read back
 * with `serviceNameOf`.
 */
export function serviceNameLabel(name: string): string {
  return percentLabel(name, '.');
}

/** The name that `serviceNameLabel` made `label` of, or undefined when it cannot be told: it was cut, or it made none. */
export function serviceNameOf(label: string): string | undefined {
  return textOfPercentLabel(label, serviceNameLabel);
}
