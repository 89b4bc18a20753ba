import { describe, expect, it } from 'vitest';
import { root } from '../root.ts';
import { checkManifests, packageOf } from './manifests.ts';

describe('packageOf', () => {
  it.each([
    ['./a.ts', undefined],
    ['node:fs', undefined],
    ['etcd3', 'etcd3'],
    ['etcd3/lib/rpc', 'etcd3'],
    ['@grpc/grpc-js/x', '@grpc/grpc-js'],
  ])('of %s is %s', (specifier, expected) => {
    expect(packageOf(specifier)).toBe(expected);
  });
});

describe('the manifests', () => {
  it('declare what is imported, and nothing else', () => {
    expect(checkManifests(root)).toEqual([]);
  });
});
