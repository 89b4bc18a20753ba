/** How a log stream came to its end. */
export type StreamEnd =
  /** The engine closed it: the container has ended, or the engine is about to. */
  | { readonly kind: 'closed' }
  /** Cut, refused, or not understood. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** There is no such container, or nothing of it can be read. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** What is known of the container afterwards. */
export type ContainerFate =
  | { readonly kind: 'running' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'gone' }
  /** The engine could not be asked. */
  | { readonly kind: 'unknown' };

/**
 * Whether to read on. Only a stream that the engine closed itself, and an engine that then says at once that the
 * container has ended, mean that nothing is left: anything else may have been a cut, and the rest is still stored.
 */
export function afterStream(end: StreamEnd, fate: ContainerFate): 'finish' | 'reopen' {
  if (end.kind === 'unreadable' || fate.kind === 'gone') return 'finish';
  return end.kind === 'closed' && fate.kind === 'ended' ? 'finish' : 'reopen';
}
