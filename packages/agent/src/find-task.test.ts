import { describe, expect, it } from 'vitest';
import { findTask } from './find-task.ts';
import { sampleCommand } from './testing/sample-command.ts';
import { sampleTask } from './testing/sample-task.ts';

const find = (argv: readonly string[]) => findTask([sampleTask], sampleCommand.options, argv);

describe('findTask', () => {
  it.each([
    { argv: ['show', 'x'], rest: ['x'] },
    { argv: ['-ttl', '40', '-internal', 'show', 'x'], rest: ['-ttl', '40', '-internal', 'x'] },
    { argv: ['-ip', 'show', 'show', 'show'], rest: ['-ip', 'show', 'show'] },
    { argv: ['--', 'show', '-x'], rest: ['--', '-x'] },
    { argv: ['-help', 'show'], rest: ['-help'] },
  ])('takes the word out of $argv', ({ argv, rest }) => {
    expect(find(argv)).toEqual({ task: sampleTask, argv: rest });
  });

  it.each([
    { argv: [] },
    { argv: ['memory:///x'] },
    { argv: ['memory:///x', 'show'] },
    { argv: ['-ip', 'show'] },
    { argv: ['-ip=x', '--', 'serve', 'show'] },
    { argv: ['SHOW'] },
  ])('finds none in $argv', ({ argv }) => {
    expect(find(argv)).toBeUndefined();
  });
});
