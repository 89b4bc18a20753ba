import { failure, type Result, success } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import type { Template } from '@wharf/go-template';
import { parseTags } from './metadata.ts';

/**
 * The tags that `-tags` gives the services of a container: the template's text for what the engine said of it, separated
 * by commas. The template sees the engine's JSON, and `.ID` besides `.Id`, because templates written for the original use
 * Go's name.
 */
export function containerTags(
  { inspected }: Pick<Container, 'inspected'>,
  template: Template | undefined,
): Result<readonly string[], string> {
  if (template === undefined) return success([]);
  const rendered = template.render({ ...inspected, ID: inspected?.['Id'] });
  return rendered.ok
    ? success(parseTags(rendered.value))
    : failure(`has no tags, because the template of -tags fails for it: ${rendered.error.message}`);
}
