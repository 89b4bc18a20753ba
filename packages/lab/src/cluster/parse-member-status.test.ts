import { describe, expect, it } from 'vitest';
import { parseMemberStatus } from './parse-member-status.ts';

/** As etcdctl 3.4 prints it. The IDs differ only where a number of JavaScript is no longer exact. */
const status = (memberId: string, leader: string): string =>
  `[{"Endpoint":"http://10.77.0.11:2379","Status":{"header":{"cluster_id":17237436991929493444,"member_id":${memberId},` +
  `"revision":12,"raft_term":7},"version":"3.4.23","dbSize":24576,"leader":${leader},"raftIndex":40,"raftTerm":7}}]`;

describe('parseMemberStatus', () => {
  it('knows a leader', () => {
    expect(parseMemberStatus(status('9372538179322589801', '9372538179322589801'))).toEqual({
      isLeader: true,
      term: 7,
    });
  });

  it('knows a follower, however alike the IDs', () => {
    expect(parseMemberStatus(status('9372538179322589801', '9372538179322589802'))).toEqual({
      isLeader: false,
      term: 7,
    });
  });

  it('refuses anything else', () => {
    expect(() => parseMemberStatus('context deadline exceeded')).toThrow('not the status of an etcd member');
  });
});
