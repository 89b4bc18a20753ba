import { describe, expect, it } from 'vitest';
import { metricValue } from './metric-value.ts';

const text = `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{code="200"} 1027
requests_total{code="500"} 3
requests 1.5e3
`;

describe('metricValue', () => {
  it.each([
    ['requests_total{code="500"}', 3],
    ['requests', 1_500],
    ['requests_total', undefined],
  ])('of %s is %s', (series, expected) => {
    expect(metricValue(text, series)).toBe(expected);
  });
});
