import { describe, expect, it } from 'vitest';
import { busyboxProgram, hasRsyslogModule, missingPackages, rsyslogModules, testPrograms } from './system-packages.ts';

describe('missingPackages', () => {
  it('names the package of each program that is not there, once', () => {
    const programs = ['no-such-a', 'sh', 'no-such-b'].map((command) => ({ command, debianPackage: 'tools' }));
    expect(missingPackages(programs)).toEqual(['tools']);
  });

  it('takes a program of the right name that is not the right one for missing', () => {
    // Like the busybox of the package busybox, which is linked dynamically.
    expect(missingPackages([{ ...busyboxProgram, command: 'ls' }])).toEqual(['busybox-static']);
    expect(missingPackages([busyboxProgram])).toEqual([]);
  });
});

describe('hasRsyslogModule', () => {
  it('tells modules that are there from others', () => {
    expect(['imtcp', 'imrelp', 'lmnsd_gtls', 'no-such-module'].map(hasRsyslogModule)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('is what the packages of modules are installed by', () => {
    const without = rsyslogModules.map((program) => ({ ...program, isRight: () => false }));
    expect(missingPackages(without)).toEqual(['rsyslog-relp', 'rsyslog-gnutls']);
    expect(missingPackages(rsyslogModules)).toEqual([]);
  });
});

describe('testPrograms', () => {
  it('has each program of a package once', () => {
    const programs = testPrograms.map(({ command, debianPackage }) => `${command} of ${debianPackage}`);
    expect(programs).toEqual([...new Set(programs)]);
  });
});
