/** What an etcd member says of itself. */
export interface MemberStatus {
  readonly isLeader: boolean;
  /** Of two members that take themselves for the leader, the one of the later term is. */
  readonly term: number;
}

/**
 * Reads what `etcdctl endpoint status --write-out=json` prints for one endpoint.
 * @throws Error when it is something else
 */
export function parseMemberStatus(output: string): MemberStatus {
  // A member's ID has 64 bits, more than a number of JavaScript holds: as text the two IDs can be compared.
  const memberId = /"member_id":(\d+)/.exec(output)?.[1];
  const leader = /"leader":(\d+)/.exec(output)?.[1];
  const term = /"raft_?[tT]erm":(\d+)/.exec(output)?.[1];
  if (memberId === undefined || term === undefined) throw new Error(`not the status of an etcd member: ${output}`);
  return { isLeader: memberId === leader, term: Number(term) };
}
