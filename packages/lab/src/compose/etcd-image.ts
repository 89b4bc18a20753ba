import { type Engine, findCommand, requestEngine, sampleImageTar } from '@wharf/testkit';

/**
 * Gives an engine an image of this machine's etcd, which is called `etcd` in there as in etcd's own images.
 * @throws Error naming the remedy when etcd is missing; with the engine's answer when it refuses the image
 */
export async function importEtcdImage(engine: Engine, name: string): Promise<void> {
  const etcd = findCommand('etcd');
  if (etcd === undefined) throw new Error('etcd is not on the PATH: apt-get install etcd-server');
  const query = new URLSearchParams({ fromSrc: '-', repo: name, changes: 'ENV PATH=/usr/bin:/bin' });
  const bytes = await sampleImageTar([etcd]);
  const path = `/images/create?${query.toString()}`;
  const answer = await requestEngine(engine.socketPath, 'POST', path, { type: 'application/x-tar', bytes });
  if (answer.status !== 200 || answer.body.includes('"errorDetail"')) {
    throw new Error(`the engine refused the image ${name}: ${answer.status} ${answer.body}`);
  }
}
