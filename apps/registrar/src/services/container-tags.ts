import { failure, type Result, success } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import type { Template } from '@wharf/go-template';
import { parseTags } from './metadata.ts';

/** Each service of a container has its own list of them. */
const MAX_TAGS = 1000;

/** What Go's templates write for a field that is not there. */
const NO_VALUE = '<no value>';

/** What `-tags` comes to for one container. */
export interface ContainerTags {
  readonly tags: readonly string[];
  /** Each continues a sentence that names the container. */
  readonly warnings: readonly string[];
}

/**
 * The tags that `-tags` gives the services of a container: the template's text for what the engine said of it, separated
 * by commas. The template sees the engine's JSON, and `.ID` besides `.Id`, because templates written for the original use
 * Go's name. The error says why the container is left out: it continues a sentence that names it.
 */
export function containerTags(
  { inspected }: Pick<Container, 'inspected'>,
  template: Template | undefined,
): Result<ContainerTags, string> {
  if (template === undefined) return success({ tags: [], warnings: [] });
  const rendered = template.render({ ...inspected, ID: inspected?.['Id'] });
  if (!rendered.ok) return failure(`is left out: the template of -tags fails for it: ${rendered.error.message}`);
  const all = parseTags(rendered.value);
  if (all.length > MAX_TAGS) {
    return failure(`is left out: the template of -tags gives it ${all.length} tags, at most ${MAX_TAGS} are taken`);
  }
  const tags = all.filter((tag) => !tag.includes(NO_VALUE));
  const warning = 'a tag is left out: the template of -tags names a field that the engine does not show';
  return success({ tags, warnings: tags.length === all.length ? [] : [warning] });
}
