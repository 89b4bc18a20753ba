import { failure, type OptionType, success } from '@wharf/agent';

/** A label that keeps a container out when its value is this one, in any case. */
export interface ExcludedLabel {
  readonly name: string;
  readonly value: string;
}

/** `name`, whose value is then `true`, or `name:value`; several are separated by semicolons. As in the original. */
export const excludedLabelsType: OptionType<readonly ExcludedLabel[]> = {
  placeholder: 'label[:value];...',
  parse(text) {
    const labels = parseExcludedLabels(text);
    return labels.some(({ name }) => name === '') ? failure('has a label without a name') : success(labels);
  },
  render: (labels) => labels.map(({ name, value }) => `${name}:${value}`).join(';'),
};

function parseExcludedLabels(text: string): readonly ExcludedLabel[] {
  return text
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const colon = item.indexOf(':');
      return colon < 0 ? { name: item, value: 'true' } : { name: item.slice(0, colon), value: item.slice(colon + 1) };
    });
}

/** The label that keeps a container with these labels out; undefined when none does. */
export function findExcludedLabel(
  labels: ReadonlyMap<string, string>,
  excluded: readonly ExcludedLabel[],
): ExcludedLabel | undefined {
  return excluded.find(({ name, value }) => labels.get(name)?.toLowerCase() === value.toLowerCase());
}
