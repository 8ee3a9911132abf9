import { describe, expect, it } from 'vitest';
import { readDistribution } from '#deploy/capacity/distribution.ts';
import { WrongUsage } from '#deploy/cli/usage.ts';

describe('a distribution as CSV', () => {
  it('is read as Postgres and spreadsheets write it', () => {
    const text =
      '\uFEFFtimezone,at,weight\r\nEurope/Moscow,08:30,3\r\n"Asia/Calcutta","21:00","2.5"\r\nEurope/Moscow,09:00:00,1\r\n';
    expect(readDistribution(text)).toEqual([
      {
        timezone: 'Europe/Moscow',
        weight: 4,
        times: [
          { minute: 510, weight: 3 },
          { minute: 540, weight: 1 },
        ],
      },
      { timezone: 'Asia/Kolkata', weight: 2.5, times: [{ minute: 1260, weight: 2.5 }] },
    ]);
  });

  it.each([
    ['at,weight\n', 'first line'],
    ['timezone,at,weight\n', 'no line'],
    ['timezone,at,weight\nEurope/Moscow,08:30,0\n', 'no line'],
    ['timezone,at,weight\nEurope/Moscow,08:30,1\nEurope/Atlantis,08:30,1', 'Line 3'],
    ['timezone,at,weight\nEurope/Moscow,24:30,1', 'Line 2'],
    ['timezone,at,weight\nEurope/Moscow,08:30,-1', 'Line 2'],
    ['timezone,at,weight\nEurope/Moscow,08:30,', 'Line 2'],
    ['timezone,at,weight\nEurope/Moscow,08:30,1,2', 'Line 2'],
  ])('is refused with what is wrong: %j', (text, problem) => {
    expect(() => readDistribution(text)).toThrow(WrongUsage);
    expect(() => readDistribution(text)).toThrow(problem);
  });
});
