import { describe, expect, it } from 'vitest';
import { readFile } from '#services/bot/moving/read-file.ts';
import { brought, daysOf, HABITS_HEADER, loopFiles, refusal, zipOf } from './fixture.ts';

const WATER = ['2024-03-02=2.5', '2024-03-03=0', '2024-03-04=s'];
const RUN = ['2024-03-03=0', '2024-03-04=1'];

describe("Loop's CSV", () => {
  it('brings habits, goals, days and notes, and says what it leaves out', async () => {
    const { source, form, habits, leftOut, remarks } = await brought(zipOf(loopFiles()));
    expect({ source, form, remarks }).toEqual({ source: 'loop', form: 'csv', remarks: [] });
    expect(leftOut).toEqual({ unanswered: 1, computed: 1, noReminders: 2 });
    expect(habits.map(daysOf)).toEqual([WATER, RUN]);
    expect(habits[0]).toMatchObject({
      name: 'Вода',
      goal: { kind: 'numeric', direction: 'atLeast', target: 8, unit: 'стакан ов' },
      frequency: { kind: 'daily' },
      question: 'Сколько?',
      description: 'a, b',
      color: 11,
      archived: false,
    });
    expect(habits[0]?.entries[0]).toEqual({ on: '2024-03-02', value: 2.5, note: 'half, again' });
    expect(habits[1]).toMatchObject({
      name: 'Run',
      goal: { kind: 'yesNo' },
      frequency: { kind: 'timesInDays', times: 3, days: 7 },
      archived: true,
    });
  });

  it('is the same inside a folder, beside what macOS adds, with CRLF, a BOM, and in UTF-16', async () => {
    const files = Object.entries(loopFiles());
    const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
    const disguises = {
      folder: files.map(([path, text]) => [`Loop Habits CSV 2024/${path}`, text]),
      mac: [...files, ...files.map(([path]) => [`__MACOSX/._${path}`, 'junk']), ['.DS_Store', 'junk']],
      windows: files.map(([path, text]) => [path, `\uFEFF${text.replaceAll('\n', '\r\n')}`]),
      utf16: files.map(([path, text]) => [path, utf16(text)]),
    };
    for (const [how, disguised] of Object.entries(disguises)) {
      const { habits } = await brought(zipOf(Object.fromEntries(disguised)));
      expect(habits.map(daysOf), how).toEqual([WATER, RUN]);
      expect(habits[0]?.name, how).toBe('Вода');
    }
  });

  it('brings the notes of days without an entry', async () => {
    const { habits, leftOut } = await brought(
      zipOf({
        'Habits.csv': `${HABITS_HEADER}\n001,Run,YES_NO,,,1,7,#D32F2F,,,,false\n`,
        '001 Run/Checkmarks.csv':
          'Date,Value,Notes\n2024-01-03,UNKNOWN,ill\n2024-01-02,YES_AUTO,slept\n2024-01-01,YES_MANUAL,wet\n',
      }),
    );
    expect(habits[0]?.entries).toEqual([{ on: '2024-01-01', value: 1, note: 'wet' }]);
    expect(habits[0]?.notes).toEqual({ '2024-01-02': 'slept', '2024-01-03': 'ill' });
    expect(leftOut).toEqual({ computed: 1, noReminders: 1 });
  });

  it('finds days by the names of their columns, in whatever order, and dates without signs', async () => {
    const { habits } = await brought(
      zipOf({
        'Habits.csv': `Sheet,${HABITS_HEADER}\nx,001,Run,YES_NO,,,1,1,#D32F2F,,,,false\n`,
        '001 Run/Checkmarks.csv': 'Weekday,Notes,Date,Value\nTue,wet,20240102,YES_MANUAL\n',
      }),
    );
    expect(habits[0]?.entries).toEqual([{ on: '2024-01-02', value: 1, note: 'wet' }]);
  });

  it('reads codes without headers, as older versions wrote them', async () => {
    const { habits, leftOut } = await brought(
      zipOf({
        'Habits.csv': '001,Yoga,Did you?,,2,7,#D32F2F\n002,Tea,,,1,1,#D32F2F\n',
        '001 Yoga/Checkmarks.csv': '2016-01-04,3\n2016-01-03,2\n2016-01-02,1\n2016-01-01,0\n',
        '002 Tea/Checkmarks.csv': '2016-01-03,1500\n2016-01-02,-1\n',
      }),
    );
    expect(habits.map(daysOf)).toEqual([
      ['2016-01-01=0', '2016-01-03=1', '2016-01-04=s'],
      ['2016-01-03=1.5'],
    ]);
    expect(habits[0]).toMatchObject({ question: 'Did you?', color: 0, goal: { kind: 'yesNo' } });
    expect(leftOut).toMatchObject({ computed: 1, unanswered: 1, noTarget: 1 });
  });

  it('takes the matrix of all habits where there are no folders, whose names may hold commas', async () => {
    const { habits } = await brought(
      zipOf({
        'Habits.csv': `${HABITS_HEADER}\n001,"Read, write",YES_NO,,,1,1,#D32F2F,,,,false\n002,Run,YES_NO,,,1,1,#D32F2F,,,,false\n`,
        'Checkmarks.csv':
          'Date,Read, write,Run,\n2024-01-02,YES_MANUAL,NO,\n2024-01-01,Entry(timestamp=2024-01-01, value=2),UNKNOWN\n',
      }),
    );
    expect(habits.map(daysOf)).toEqual([['2024-01-01=1', '2024-01-02=1'], ['2024-01-02=0']]);
  });

  it('decides the order of a spreadsheet’s dates by the whole file, and asks when it cannot', async () => {
    const withDates = (...dates: string[]) =>
      zipOf({
        'Habits.csv': `${HABITS_HEADER}\n001,Run,YES_NO,,,1,1,#D32F2F,,,,false\n`,
        '001 Run/Checkmarks.csv': `Date,Value,Notes\n${dates.map((date) => `${date},YES_MANUAL`).join('\n')}\n`,
      });
    const days = async (...dates: string[]) => daysOf((await brought(withDates(...dates))).habits[0]);
    expect(await days('03-04-24', '03-14-24')).toEqual(['2024-03-04=1', '2024-03-14=1']);
    expect(await days('03/04/2024', '14/03/2024')).toEqual(['2024-03-14=1', '2024-04-03=1']);
    expect(await days('3.4.2024', '4.4.2024')).toEqual(['2024-04-03=1', '2024-04-04=1']);
    expect(await days('2024-03-04 00:00:00', '2024/04/04')).toEqual(['2024-03-04=1', '2024-04-04=1']);
    const doubtful = withDates('03/04/2024', '05/06/2024');
    expect(await readFile(doubtful)).toEqual({
      kind: 'asks',
      question: { dayFirst: '2024-04-03', monthFirst: '2024-03-04' },
    });
    expect(daysOf((await brought(doubtful, 'monthFirst')).habits[0])).toEqual([
      '2024-03-04=1',
      '2024-05-06=1',
    ]);
    expect(await refusal(withDates('13/04/2024', '04/13/2024'))).toBe('datesContradict');
    expect((await brought(withDates('2024-02-30', '2024-02-01'))).leftOut).toMatchObject({
      unreadableDate: 1,
    });
  });

  it('reads what Windows saved in its own encodings, and semicolons', async () => {
    const files = loopFiles();
    const habits = `${HABITS_HEADER}\n001,Вода и чай,YES_NO,,,1,1,#D32F2F,,,,false\n`.replaceAll(',', ';');
    const bytes = Uint8Array.from(habits, (sign) => {
      const code = sign.codePointAt(0) ?? 0;
      return code < 128 ? code : code - 0x410 + 0xc0;
    });
    const { habits: read, remarks } = await brought(zipOf({ ...files, 'Habits.csv': bytes }));
    expect(read.map(({ name }) => name)).toEqual(['Вода и чай']);
    expect(remarks).toContainEqual({ remark: 'encoding', encoding: 'windows-1251' });
  });

  it('tells habits of one name apart, and knows each again wherever it stands', async () => {
    const row = (position: number, name: string) => `00${position},${name},YES_NO,,,1,1,#D32F2F,,,,false`;
    const keys = async (...names: string[]) => {
      const rows = names.map((name, index) => row(index + 1, name));
      const { habits } = await brought(zipOf({ 'Habits.csv': [HABITS_HEADER, ...rows].join('\n') }));
      return habits.map((habit) => habit.keys[0]);
    };
    const [run, other, run2] = await keys('Run', 'Other', 'Run');
    expect(new Set([run, other, run2]).size).toBe(3);
    expect(await keys('Other', 'Run', 'Run')).toEqual([other, run, run2]);
  });

  it('cuts what is longer than a name or a unit can be, and says so', async () => {
    const long = 'ё'.repeat(100);
    const { habits, leftOut } = await brought(
      zipOf({
        'Habits.csv': `${HABITS_HEADER}\n001,${long},NUMERICAL,,,1,1,#D32F2F,${long},AT_MOST,-5,false\n002, ,YES_NO,,,1,1000,#D32F2F,,,,false\n`,
      }),
    );
    expect(habits[0]?.name).toHaveLength(64);
    expect(habits[0]?.goal).toMatchObject({ direction: 'atMost', target: 0 });
    expect(habits[1]).toMatchObject({ name: '#2', frequency: { kind: 'daily' } });
    expect(leftOut).toMatchObject({ nameShortened: 1, textShortened: 1, nameMissing: 1, otherFrequency: 1 });
  });
});
