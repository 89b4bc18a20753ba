const CONTAINER_ID = /^[0-9a-f]{64}$/;

/** Whether this is the full ID of a container: it becomes part of request paths, so nothing else is let in. */
export function isContainerId(text: string): boolean {
  return CONTAINER_ID.test(text);
}
