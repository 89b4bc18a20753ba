import { describe, expect, it } from 'vitest';
import { parseDnsperfReport } from './dnsperf-report.ts';

const text = `DNS Performance Testing Tool
Version 2.10.0

[Status] Testing complete (time limit)

Statistics:

  Queries sent:         298421
  Queries completed:    298411 (100.00%)
  Queries lost:         10 (0.00%)

  Response codes:       NOERROR 268570 (90.00%), NXDOMAIN 29841 (10.00%)
  Average packet size:  request 38, response 160
  Run time (s):         3.000812
  Queries per second:   99443.417315

  Average Latency (s):  0.001987 (min 0.000071, max 0.021033)
  Latency StdDev (s):   0.000411
`;

describe('parseDnsperfReport', () => {
  it('reads the statistics', () => {
    expect(parseDnsperfReport(text)).toEqual({
      sent: 298_421,
      completed: 298_411,
      lost: 10,
      runSeconds: 3.000812,
      queriesPerSecond: 99_443.417315,
      averageLatencyMs: 1.987,
      rcodes: { NOERROR: 268_570, NXDOMAIN: 29_841 },
    });
  });

  it('reads a run without a single reply', () => {
    const silent = text.replace(/Response codes:.*/, 'Response codes:       ').replace('268570', '0');
    expect(parseDnsperfReport(silent).rcodes).toEqual({});
  });

  it('quotes dnsperf when it did not run', () => {
    expect(() => parseDnsperfReport('Error: unable to open file')).toThrow(/Queries sent.*unable to open file/);
  });
});
