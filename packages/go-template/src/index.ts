export { DEFAULT_LIMITS, type Limits } from './budget.ts';
export { type Callable, callable, type TemplateFunction } from './callable.ts';
export {
  MAX_TEMPLATE_LENGTH,
  parseTemplate,
  type Template,
  type TemplateOptions,
  type TemplatePart,
} from './parse-template.ts';
export type { Result } from './result.ts';
export { MAX_FUNCTION_TEXT, stringFunctions } from './string-functions.ts';
export { type TemplateError, type TemplateErrorCode, TemplateFailure } from './template-error.ts';
export { TextObject, textObject } from './text-object.ts';
export { toJson } from './to-json.ts';
