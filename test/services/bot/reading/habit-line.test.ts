import { expect, test } from 'vitest';
import { type HabitLine, readHabitLine } from '#services/bot/reading/habit-line/habit-line.ts';
import { typed } from '#test/support/typed.ts';

const daily = { kind: 'daily' } as const;
const aWeek = (times: number) => ({ kind: 'timesPerWeek', times }) as const;
const aMonth = (times: number) => ({ kind: 'timesPerMonth', times }) as const;
const inDays = (times: number, days: number) => ({ kind: 'timesInDays', times, days }) as const;
const on = (...weekdays: number[]) => ({ kind: 'weekdays', weekdays }) as const;
const workdays = on(1, 2, 3, 4, 5);
const weekend = on(6, 7);
const atLeast = (target: number, unit = '') =>
  ({ kind: 'numeric', direction: 'atLeast', target, unit }) as const;
const atMost = (target: number, unit = '') =>
  ({ kind: 'numeric', direction: 'atMost', target, unit }) as const;

test.each<[string, HabitLine]>([
  ['Run 3x a week at 7:30', { name: 'Run', frequency: aWeek(3), times: ['07:30'] }],
  ['Read', { name: 'Read' }],
  ['read at 9', { name: 'read', times: ['09:00'] }],
  ['📖 Read 20 pages daily', { name: 'Read', emoji: '📖', goal: atLeast(20, 'pages'), frequency: daily }],
  ['💧', { name: '💧' }],
  ['Drink at least 8 glasses of water', { name: 'Drink water', goal: atLeast(8, 'glasses') }],
  ['Water: at least 8 glasses', { name: 'Water', goal: atLeast(8, 'glasses') }],
  [
    'Drink water 8 glasses a day at 10 and 16',
    { name: 'Drink water', goal: atLeast(8, 'glasses'), frequency: daily, times: ['10:00', '16:00'] },
  ],
  ['Coffee max 3 cups', { name: 'Coffee', goal: atMost(3, 'cups') }],
  ['Coffee no more than 3 cups every day', { name: 'Coffee', goal: atMost(3, 'cups'), frequency: daily }],
  ['Doughnuts at most 1 every day', { name: 'Doughnuts', goal: atMost(1), frequency: daily }],
  ['Sweets ≤ 2 pieces', { name: 'Sweets', goal: atMost(2, 'pieces') }],
  ['Walk 10,000 steps', { name: 'Walk', goal: atLeast(10000, 'steps') }],
  ['Walk 10k steps every day', { name: 'Walk', goal: atLeast(10000, 'steps'), frequency: daily }],
  ['Run 2.5 km on Mon, Wed and Fri', { name: 'Run', goal: atLeast(2.5, 'km'), frequency: on(1, 3, 5) }],
  ['Swim 5km twice a week', { name: 'Swim', goal: atLeast(5, 'km'), frequency: aWeek(2) }],
  [
    'Meditate for 10 minutes every morning',
    { name: 'Meditate', goal: atLeast(10, 'minutes'), frequency: daily, times: ['08:00'], part: 'morning' },
  ],
  ['Gym Mon Wed Fri at 18', { name: 'Gym', frequency: on(1, 3, 5), times: ['18:00'] }],
  ['Gym Mon-Fri 7am', { name: 'Gym', frequency: workdays, times: ['07:00'] }],
  ['Standup on weekdays at 9.30', { name: 'Standup', frequency: workdays, times: ['09:30'] }],
  ['Hike on weekends', { name: 'Hike', frequency: weekend }],
  ['Call mom every Sunday at noon', { name: 'Call mom', frequency: on(7), times: ['12:00'] }],
  ['Church Sundays', { name: 'Church', frequency: on(7) }],
  ['Clean the house once a week', { name: 'Clean the house', frequency: aWeek(1) }],
  ['Budget twice a month', { name: 'Budget', frequency: aMonth(2) }],
  ['Pay rent monthly', { name: 'Pay rent', frequency: aMonth(1) }],
  ['Water plants every 3 days', { name: 'Water plants', frequency: inDays(1, 3) }],
  [
    'Clean every two weeks on Saturday at 10',
    { name: 'Clean', frequency: inDays(1, 14), times: ['10:00'], remindOn: [6] },
  ],
  ['Clean biweekly on Saturday', { name: 'Clean', frequency: inDays(1, 14), remindOn: [6] }],
  ['Bowling every other Friday', { name: 'Bowling', frequency: inDays(1, 14), remindOn: [5] }],
  [
    'Уборка раз в две недели по субботам в 10',
    { name: 'Уборка', frequency: inDays(1, 14), times: ['10:00'], remindOn: [6] },
  ],
  [
    'Каждый второй вторник бассейн в 19',
    { name: 'Бассейн', frequency: inDays(1, 14), times: ['19:00'], remindOn: [2] },
  ],
  ['Баня раз в месяц по воскресеньям', { name: 'Баня', frequency: aMonth(1), remindOn: [7] }],
  ['Run 3x a week on Mon and Wed', { name: 'Run 3x a week on Mon and Wed' }],
  ['Shave every other day', { name: 'Shave', frequency: inDays(1, 2) }],
  ['Wash hair every third day at 8pm', { name: 'Wash hair', frequency: inDays(1, 3), times: ['20:00'] }],
  ['Sauna 3 times in 10 days', { name: 'Sauna', frequency: inDays(3, 10) }],
  ['Laundry every 2 weeks', { name: 'Laundry', frequency: inDays(1, 14) }],
  [
    'Yoga three times a week in the morning',
    { name: 'Yoga', frequency: aWeek(3), times: ['08:00'], part: 'morning' },
  ],
  ['Yoga in the evening at 8', { name: 'Yoga', times: ['20:00'], part: 'evening' }],
  [
    'Stretch daily at 7, 12 and 9 pm',
    { name: 'Stretch', frequency: daily, times: ['07:00', '12:00', '21:00'] },
  ],
  ['Pills every day 8:00 20:00', { name: 'Pills', frequency: daily, times: ['08:00', '20:00'] }],
  ['Floss every day, no reminders', { name: 'Floss', frequency: daily, times: [] }],
  ['Floss daily, remind me at 22:15', { name: 'Floss', frequency: daily, times: ['22:15'] }],
  [
    'Read 20 pages 3x a week at 21:00',
    { name: 'Read', goal: atLeast(20, 'pages'), frequency: aWeek(3), times: ['21:00'] },
  ],
  ['50 push-ups', { name: '50 push-ups', goal: atLeast(50, 'push-ups') }],
  ['Brush teeth 2 times a day', { name: 'Brush teeth', goal: atLeast(2, 'times'), frequency: daily }],
  ['50 push-ups every day', { name: '50 push-ups', goal: atLeast(50, 'push-ups'), frequency: daily }],
  ['Drink 1.5l water a day', { name: 'Drink water', goal: atLeast(1.5, 'l'), frequency: daily }],
  [
    'Drink water every 3 hours',
    { name: 'Drink water', frequency: daily, times: ['09:00', '12:00', '15:00', '18:00', '21:00'] },
  ],
  [
    'Stand up every hour from 9 to 11',
    { name: 'Stand up', frequency: daily, times: ['09:00', '10:00', '11:00'] },
  ],
  ['Floss every night at 10pm', { name: 'Floss', frequency: daily, times: ['22:00'] }],
  ['Yoga 2-3 times a week', { name: 'Yoga', frequency: aWeek(2) }],
  ['Swim once a week on Saturday', { name: 'Swim', frequency: on(6) }],
  ['Run every day except Sunday at 7', { name: 'Run', frequency: on(1, 2, 3, 4, 5, 6), times: ['07:00'] }],
  ['Code daily, except weekends', { name: 'Code', frequency: workdays }],
  ['Sleep before 23:00', { name: 'Sleep before 23:00' }],
  // What is not surely read stays in the name.
  ['Gym 3 times a week on Monday', { name: 'Gym 3 times a week on Monday' }],
  ['Windows 10 cleanup', { name: 'Windows 10 cleanup' }],
  ['Run 5 km in 30 minutes', { name: 'Run 5 km in 30 minutes' }],
  ['Run 20 km a week', { name: 'Run 20 km a week' }],
  ['Morning pages', { name: 'Morning pages' }],
  ['Weekend hike', { name: 'Weekend hike' }],
  ['Read Sun Tzu', { name: 'Read Sun Tzu' }],
  ['Meet at 5 corners', { name: 'Meet at 5 corners' }],
  ['Chapter 5', { name: 'Chapter 5' }],
  ['Rock and roll', { name: 'Rock and roll' }],
  ['Salt & pepper', { name: 'Salt & pepper' }],

  [
    'Выпить воды 8 стаканов каждый день в 10 и 16',
    { name: 'Выпить воды', goal: atLeast(8, 'стаканов'), frequency: daily, times: ['10:00', '16:00'] },
  ],
  ['Бег 3 раза в неделю в 7:30', { name: 'Бег', frequency: aWeek(3), times: ['07:30'] }],
  ['Пить воду не меньше 8 стаканов', { name: 'Пить воду', goal: atLeast(8, 'стаканов') }],
  ['Кофе не больше 3 чашек', { name: 'Кофе', goal: atMost(3, 'чашек') }],
  ['Кофе до 3 чашек в день', { name: 'Кофе', goal: atMost(3, 'чашек'), frequency: daily }],
  ['Сладкое максимум 1 раз в день', { name: 'Сладкое', goal: atMost(1, 'раз'), frequency: daily }],
  [
    '🏃 Пробежка по будням утром',
    { name: 'Пробежка', emoji: '🏃', frequency: workdays, times: ['08:00'], part: 'morning' },
  ],
  ['Зал пн, ср и пт в 19', { name: 'Зал', frequency: on(1, 3, 5), times: ['19:00'] }],
  ['Зал по вторникам и четвергам в 7 вечера', { name: 'Зал', frequency: on(2, 4), times: ['19:00'] }],
  ['Бассейн в среду', { name: 'Бассейн', frequency: on(3) }],
  ['Поход по выходным', { name: 'Поход', frequency: weekend }],
  ['Работа пн-пт в 9', { name: 'Работа', frequency: workdays, times: ['09:00'] }],
  ['Гитара с понедельника по пятницу в 18:00', { name: 'Гитара', frequency: workdays, times: ['18:00'] }],
  ['Полить цветы раз в 3 дня', { name: 'Полить цветы', frequency: inDays(1, 3) }],
  [
    'Полить цветы каждые три дня утром',
    { name: 'Полить цветы', frequency: inDays(1, 3), times: ['08:00'], part: 'morning' },
  ],
  ['Бриться через день', { name: 'Бриться', frequency: inDays(1, 2) }],
  ['Бриться каждый второй день', { name: 'Бриться', frequency: inDays(1, 2) }],
  ['Баня раз в неделю вечером', { name: 'Баня', frequency: aWeek(1), times: ['20:00'], part: 'evening' }],
  ['Стирка раз в две недели', { name: 'Стирка', frequency: inDays(1, 14) }],
  ['Маникюр 2 раза в месяц', { name: 'Маникюр', frequency: aMonth(2) }],
  ['Позвонить маме дважды в неделю', { name: 'Позвонить маме', frequency: aWeek(2) }],
  ['Сауна 3 раза за 10 дней', { name: 'Сауна', frequency: inDays(3, 10) }],
  [
    'Читать 20 страниц ежедневно в 9 вечера',
    { name: 'Читать', goal: atLeast(20, 'страниц'), frequency: daily, times: ['21:00'] },
  ],
  ['Ходить 10 000 шагов', { name: 'Ходить', goal: atLeast(10000, 'шагов') }],
  ['Бег 2,5 км', { name: 'Бег', goal: atLeast(2.5, 'км') }],
  [
    'Планка по 2 минуты каждое утро',
    { name: 'Планка', goal: atLeast(2, 'минуты'), frequency: daily, times: ['08:00'], part: 'morning' },
  ],
  ['Медитация утром и вечером', { name: 'Медитация', times: ['08:00', '20:00'] }],
  ['Обед в полдень', { name: 'Обед', times: ['12:00'] }],
  ['Лекарство в 8, 14 и 20', { name: 'Лекарство', times: ['08:00', '14:00', '20:00'] }],
  ['Зубы ежедневно без напоминаний', { name: 'Зубы', frequency: daily, times: [] }],
  ['Йога вечером в 8', { name: 'Йога', times: ['20:00'], part: 'evening' }],
  ['Ёлка каждый день', { name: 'Ёлка', frequency: daily }],
  ['10 000 шагов каждый день', { name: '10 000 шагов', goal: atLeast(10000, 'шагов'), frequency: daily }],
  ['Не больше 2 чашек кофе в день', { name: 'Кофе', goal: atMost(2, 'чашек'), frequency: daily }],
  ['Пить 1,5 л воды в день', { name: 'Пить воды', goal: atLeast(1.5, 'л'), frequency: daily }],
  [
    'Пить воду каждые 4 часа с 8 до 20',
    { name: 'Пить воду', frequency: daily, times: ['08:00', '12:00', '16:00', '20:00'] },
  ],
  ['Йога 2–3 раза в неделю', { name: 'Йога', frequency: aWeek(2) }],
  ['Плавать раз в неделю в субботу', { name: 'Плавать', frequency: on(6) }],
  ['Бег каждый день кроме воскресенья', { name: 'Бег', frequency: on(1, 2, 3, 4, 5, 6) }],
  ['Бег кроме среды и пятницы в 8', { name: 'Бег', frequency: on(1, 2, 4, 6, 7), times: ['08:00'] }],
  ['Ложиться до 23:00', { name: 'Ложиться до 23:00' }],
  // What is not surely read stays in the name.
  ['Утренняя пробежка', { name: 'Утренняя пробежка' }],
  ['Читать в 5 классе', { name: 'Читать в 5 классе' }],
  ['Стать лучше с каждым днём', { name: 'Стать лучше с каждым днём' }],
  ['Бег 5 км за 30 минут', { name: 'Бег 5 км за 30 минут' }],
  ['Воскресенье', { name: 'Воскресенье' }],
])('%j', (text, line) => {
  expect(readHabitLine(typed(text))).toEqual(line);
});

test('a line of nothing but frequency and time has no name', () => {
  expect(readHabitLine(typed('3x a week at 7:30'))).toEqual({ frequency: aWeek(3), times: ['07:30'] });
  expect(readHabitLine(typed('каждый день'))).toEqual({ frequency: daily });
});

test.each([
  ['\u200b', { problem: 'empty', length: 0 }],
  ['x'.repeat(65), { problem: 'long', length: 65 }],
  ['x'.repeat(4096), { problem: 'long', length: 4096 }],
])('what has no name of 64 characters says so (%#)', (text, problem) => {
  expect(readHabitLine(typed(text))).toEqual(problem);
});

test('what is said of how often, twice or three times, is read or stays in the name, and never fails', () => {
  const often = [
    ...['daily', 'every other Saturday', 'every two weeks', 'monthly', 'once a week', '3x a week', 'weekly'],
    ...[
      'on Monday',
      'on Mon and Fri',
      '2x a month',
      'every 3 days',
      'по субботам',
      'раз в две недели',
      'будни',
    ],
  ];
  for (const first of often)
    for (const second of often)
      for (const third of ['', ...often]) {
        const line = `Run ${first} ${second} ${third}`.trim();
        const { name, frequency, remindOn } = readHabitLine(typed(line)) as HabitLine;
        expect(name, line).toMatch(/^Run/);
        // A day to remind on goes with how often, and never alone.
        if (remindOn) expect(frequency, line).toBeDefined();
        if (frequency?.kind === 'weekdays') expect(remindOn, line).toBeUndefined();
      }
});
