/** Why a decider says no to a person. Each code has a text of its own in every language. */
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
  | 'WrongDates'
  | 'WrongDayStart'
  | 'WrongHours'
  | 'WrongName'
  | 'WrongValue';

/** What a person asked for and cannot have. Caught once, at the bot's edge; nothing was recorded. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(code);
    this.code = code;
  }
}
