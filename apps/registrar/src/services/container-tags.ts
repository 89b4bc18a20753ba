import { failure, type Result, success } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import type { Template } from '@wharf/go-template';
import { parseTags } from './metadata.ts';

/** Each service of a container has its own list of them. */
const MAX_TAGS = 1000;

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
  if (!rendered.ok) {
    return failure(`has no tags, because the template of -tags fails for it: ${rendered.error.message}`);
  }
  const tags = parseTags(rendered.value);
  if (tags.length <= MAX_TAGS) return success(tags);
  return failure(`has no tags, because the template of -tags gives ${tags.length}: at most ${MAX_TAGS} are taken`);
}
