import type { TemplateOptions } from '../parse-template.ts';
import { parseTemplate } from '../parse-template.ts';
import { stringFunctions } from '../string-functions.ts';

/** The text of a template for `data`, or its error's sentence. */
export function render(
  text: string,
  data?: unknown,
  options: TemplateOptions = { functions: stringFunctions },
): string {
  const template = parseTemplate(text, options);
  if (!template.ok) return template.error.message;
  const rendered = template.value.render(data);
  return rendered.ok ? rendered.value : rendered.error.message;
}
