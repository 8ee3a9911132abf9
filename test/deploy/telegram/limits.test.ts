import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimits } from '#deploy/telegram/limits/limits.ts';
import { createSlidingWindow } from '#deploy/telegram/limits/sliding-window.ts';

describe('the sliding window', () => {
  it('holds what lies within the last second, and not what is exactly a second old', () => {
    const window = createSlidingWindow(1000);
    window.add(0);
    window.add(999);
    expect(window.count(999)).toBe(2);
    expect(window.count(1000)).toBe(1);
    expect(window.freeAt(1000)).toBe(1999);
  });

  it('counts as a plain filter would, for any times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 400 }), (gaps) => {
        const window = createSlidingWindow(1000);
        const times: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          times.push(now);
          expect(window.add(now)).toBe(times.filter((time) => time > now - 1000).length);
        }
      }),
    );
  });
});

describe('the limit of all chats', () => {
  it('admits 30 in any sliding second and refuses the 31st with a wait', () => {
    const limits = createLimits();
    for (let chat = 1; chat <= 30; chat += 1) expect(limits.admit(chat, chat).admitted).toBe(true);
    expect(limits.admit(1000, 31)).toEqual({ admitted: false, limit: 'overall', retryAfterSeconds: 2 });
  });

  it('has room again as soon as the oldest send is a second old', () => {
    const limits = createLimits();
    for (let chat = 1; chat <= 30; chat += 1) limits.admit(0, chat);
    expect(limits.admit(1000, 31).admitted).toBe(true);
  });

  it('never admits more than 30 in any sliding second, whatever the arrivals', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 100, maxLength: 300 }), (gaps) => {
        const limits = createLimits({ penaltyMs: 100 });
        const admitted: number[] = [];
        let now = 0;
        for (const [chat, gap] of gaps.entries()) {
          now += gap;
          if (limits.admit(now, chat).admitted) admitted.push(now);
        }
        for (const end of admitted) {
          expect(admitted.filter((time) => time > end - 1000 && time <= end).length).toBeLessThanOrEqual(30);
        }
      }),
    );
  });

  it('makes the penalty longer with every send during it, and ends it after the wait was kept', () => {
    const limits = createLimits({ overallPerSecond: 1, penaltyMs: 2000 });
    limits.admit(0, 1);
    expect(limits.admit(10, 2)).toMatchObject({ retryAfterSeconds: 2 });
    expect(limits.admit(20, 2)).toMatchObject({ retryAfterSeconds: 3 });
    expect(limits.admit(30, 2)).toMatchObject({ retryAfterSeconds: 4 });
    expect(limits.admit(4011, 2).admitted).toBe(true);
  });

  it('lets paid broadcasts pass beyond the free limit without using it up', () => {
    const limits = createLimits({ overallPerSecond: 2, paidPerSecond: 5 });
    for (let chat = 1; chat <= 3; chat += 1) expect(limits.admit(0, chat, true).admitted).toBe(true);
    expect(limits.admit(0, 4).admitted).toBe(true);
    expect(limits.admit(0, 5).admitted).toBe(true);
    expect(limits.admit(0, 6, true).admitted).toBe(false);
  });

  it('starts a penalty on demand', () => {
    const limits = createLimits();
    limits.penalise(0, 5000);
    expect(limits.admit(1, 1)).toMatchObject({ limit: 'overall', retryAfterSeconds: 6 });
  });
});

describe('the limit of one chat', () => {
  it('admits a short burst, then one a second', () => {
    const limits = createLimits({ perChatBurst: 3 });
    expect([0, 1, 2].map((now) => limits.admit(now, 7).admitted)).toEqual([true, true, true]);
    expect(limits.admit(3, 7)).toEqual({ admitted: false, limit: 'chat', retryAfterSeconds: 2 });
    expect(limits.admit(4, 8).admitted).toBe(true);
  });

  it('admits a send every second for ever when the burst is 1', () => {
    const limits = createLimits({ perChatBurst: 1 });
    for (let second = 0; second < 100; second += 1) {
      expect(limits.admit(second * 1000, 7).admitted).toBe(true);
    }
    expect(limits.admit(99_500, 7).admitted).toBe(false);
  });

  it('makes only the penalty of that chat longer', () => {
    const limits = createLimits({ perChatBurst: 1, penaltyMs: 1000 });
    limits.admit(0, 7);
    expect(limits.admit(1, 7)).toMatchObject({ retryAfterSeconds: 1 });
    expect(limits.admit(2, 7)).toMatchObject({ retryAfterSeconds: 2 });
    expect(limits.admit(2, 8).admitted).toBe(true);
    expect(limits.admit(2002, 7).admitted).toBe(true);
  });
});
