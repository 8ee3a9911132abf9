import { expect, it } from 'vitest';
import * as account from '#services/bot/domain/account.ts';
import { previewScreen } from '#services/bot/features/moving/import-screen.ts';
import type { Brought, WhyLeftOut } from '#services/bot/moving/brought.ts';
import { planImport } from '#services/bot/moving/plan.ts';
import type { Person } from '#services/bot/person.ts';
import { richText } from '#services/platform/messages/i18n/rich-text.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { asUserId } from '#test/support/ids.ts';

const nobody: Person = {
  userId: asUserId('42'),
  account: account.initialState(),
  habits: [],
  nowMs: 0,
  today: '2026-11-28',
};

/** A file with everything that can be said of one, in the longest words. */
const file: Brought = {
  source: 'loop',
  form: 'csv',
  habits: Array.from({ length: 400 }, (_, index) => ({
    keys: [`loop:name:${index}:1`],
    name: `${index} ${'ё'.repeat(60)}`,
    goal: { kind: 'yesNo' },
    frequency: { kind: 'daily' },
    reminders: [],
    archived: false,
    entries: [{ on: '2024-01-01', value: 1 }],
  })),
  leftOut: Object.fromEntries(
    (
      [
        'computed',
        'unanswered',
        'unreadableDate',
        'unreadableValue',
        'sameDayTwice',
        'unknownHabit',
        'otherKind',
        'noReminders',
        'unreadableReminder',
        'tooManyReminders',
        'noTarget',
        'nameMissing',
        'nameShortened',
        'textShortened',
        'otherFrequency',
        'goalHistory',
        'pauses',
      ] satisfies WhyLeftOut[]
    ).map((why) => [why, 600_000]),
  ),
  remarks: [
    { remark: 'dates', dayFirst: true },
    { remark: 'encoding', encoding: 'windows-1251' },
    { remark: 'wal' },
  ],
};
const plan = planImport(file, nobody);

it.each(['en', 'ru'] as const)('a preview of whatever is in a file fits into a message, in %s', (locale) => {
  const { text, buttons } = previewScreen({ t: translator(locale), locale }, { brought: file, plan });
  const rich = richText(text);
  expect(rich.text.length).toBeLessThan(4_000);
  expect(rich.entities.length).toBeLessThan(100);
  expect(rich.text).toContain(locale === 'en' ? '…and ' : '…и ещё ');
  expect(buttons?.flat()).toHaveLength(2);
});

it('what needs premium is offered in place of the import', () => {
  const limit = { of: 'habits', most: 10 } as const;
  const { text, buttons } = previewScreen(
    { t: translator('en'), locale: 'en' },
    { brought: file, plan, limit },
  );
  expect(text).toContain('10');
  expect(buttons?.flat().map((button) => ('callback_data' in button ? button.callback_data : ''))).toEqual([
    'premium',
  ]);
});
