import { expect, test } from 'vitest';
import { settled, TODAY, withHabit } from '../../conversation/fixture.ts';

const TWENTY_FOUR_HOURS = /(?<![\d“–+-])(?:[01]\d|2[0-3]):[0-5]\d(?! [AP]M)(?![”–])/;

test('with a clock of twelve hours no screen shows another', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  conversation.tap({ tap: 'useClock', clock: 'h12' });
  conversation.tap({ tap: 'quietHours', from: '22:00', to: '07:00' });
  const steps = [
    () => conversation.say('/settings'),
    () => conversation.tap({ tap: 'dayStart' }),
    () => conversation.tap({ tap: 'quiet' }),
    () => conversation.tap({ tap: 'clocks' }),
    () => conversation.tap({ tap: 'changeZone' }),
    () => conversation.say('UTC+3'),
    () => conversation.say('Kiruna'),
    () => conversation.tap({ tap: 'habit', habitId }),
    () => conversation.tap({ tap: 'reminders', habitId }),
    () => conversation.tap({ tap: 'reminder', habitId, at: '09:00' }),
    () => conversation.tap({ tap: 'addReminder', habitId }),
    () => conversation.say('/today'),
    () => conversation.tap(`later:${habitId}:${TODAY}`),
    () => conversation.tap(`wait:${habitId}:${TODAY}:30`),
  ];
  for (const step of steps) {
    for (const { text, reply_markup } of conversation.seen(step())) {
      expect(text.replaceAll(/\(UTC[^)]*\)/g, '')).not.toMatch(TWENTY_FOUR_HOURS);
      const texts = JSON.stringify(reply_markup ?? {}).match(/"text":"[^"]*"/g) ?? [];
      expect(texts.filter((each) => TWENTY_FOUR_HOURS.test(each))).toEqual([]);
    }
  }
});

test('people who use English where clocks have twelve hours begin with one', () => {
  const conversation = settled();
  expect(conversation.seen(conversation.say('/settings'))[0]?.text).toContain('24-hour clock');
  conversation.tap({ tap: 'zone', timezone: 'America/Chicago' });
  expect(conversation.seen(conversation.say('/settings'))[0]?.text).toContain(
    'it’s 3:30 AM now (UTC-06:00)\n🕐 12-hour clock',
  );
  conversation.tap({ tap: 'language', locale: 'ru' });
  expect(conversation.seen(conversation.say('/settings'))[0]?.text).toContain('24-часовой формат');
});
