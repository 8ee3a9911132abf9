/** Why a command is refused. Each code has a text of its own in every language. */
export type RefusalCode =
  | 'NotRegistered'
  | 'HabitNotFound'
  | 'HabitArchived'
  | 'HabitPaused'
  | 'InTheFuture'
  | 'InThePast'
  | 'AlreadyAnswered'
  | 'TooLongAgo'
  | 'TooManyReminders'
  | 'SnoozeTooLong'
  | 'VacationTooLong'
  | 'OtherKind'
  | 'PauseTooLong'
  | 'ReminderNotFound'
  | 'WrongDates'
  | 'WrongDayStart'
  | 'WrongEmoji'
  | 'WrongHours'
  | 'WrongName'
  | 'WrongNote'
  | 'WrongValue';

/** Thrown for a command that the person cannot have; nothing was recorded. Caught once, at the bot's edge. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(code);
    this.code = code;
  }
}
