import type { DomainEvent } from '#contracts/events.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { AccountCommand } from '#services/bot/domain/account-commands.ts';
import type { Command } from '#services/bot/domain/habit.ts';

/** When an event happened, on its person's clock and by instant. */
type When = { today: LocalDate; nowAt: string };

/** What a person asks for, that the domain may answer by this event. Written for each type, apart from the generator. */
export function commandOf(event: DomainEvent, { today, nowAt }: When): AccountCommand | Command {
  const { type, data } = event;
  switch (type) {
    case 'AccountRegistered':
      return { type: 'RegisterAccount', data };
    case 'LocaleChanged':
      return { type: 'ChangeLocale', data };
    case 'TimezoneChanged':
      return { type: 'ChangeTimezone', data };
    case 'BotBlocked':
      return { type: 'RecordBlock', data };
    case 'BotUnblocked':
      return { type: 'RecordUnblock', data };
    case 'DayStartChanged':
      return { type: 'ChangeDayStart', data };
    case 'QuietHoursChanged':
      return { type: 'ChangeQuietHours', data };
    case 'VacationPlanned':
      return { type: 'PlanVacation', data: { ...data, today } };
    case 'VacationCancelled':
      return { type: 'CancelVacation', data: { today: data.on } };
    case 'ContinuationAsked':
      return { type: 'RecordContinuationAsked', data };
    case 'RemindersStopped':
      return { type: 'StopReminders', data };
    case 'RemindersContinued':
      return { type: 'ContinueReminders', data: { today: data.on } };
    case 'HabitsReordered':
      return { type: 'ReorderHabits', data };
    case 'DefaultWindowChanged':
      return { type: 'ChangeDefaultWindow', data };
    case 'DigestChanged':
      return { type: 'ChangeDigest', data };
    case 'ClockChanged':
      return { type: 'ChangeClock', data };
    case 'PremiumGranted':
      return { type: 'GrantPremium', data };
    case 'PremiumCancelled':
      return { type: 'CancelPremium', data };
    case 'PremiumResumed':
      return { type: 'ResumePremium', data };
    case 'PremiumRefunded':
      return { type: 'RefundPremium', data };
    default:
      return habitCommandOf(event, { today, nowAt });
  }
}

type AccountType = Parameters<typeof import('#services/bot/domain/account.ts').evolve>[1]['type'];

function habitCommandOf(event: Exclude<DomainEvent, { type: AccountType }>, { today, nowAt }: When): Command {
  const { type, data } = event;
  switch (type) {
    case 'HabitDefined':
      return { type: 'DefineHabit', data };
    case 'HabitRenamed':
      return { type: 'RenameHabit', data };
    case 'GoalChanged':
      return { type: 'ChangeGoal', data };
    case 'FrequencyChanged':
      return { type: 'ChangeFrequency', data };
    case 'EmojiChanged':
      return { type: 'ChangeEmoji', data };
    case 'HabitGrouped':
      return { type: 'GroupHabit', data };
    case 'ReminderScheduled':
      return { type: 'ScheduleReminder', data };
    case 'ReminderMoved':
      return { type: 'MoveReminder', data };
    case 'ReminderUnscheduled':
      return { type: 'UnscheduleReminder', data };
    case 'RemindingWhenMetChanged':
      return { type: 'ChangeRemindingWhenMet', data };
    case 'HabitCheckedIn':
      return { type: 'CheckIn', data: { ...data, today } };
    case 'HabitSkipped':
      return { type: 'SkipDay', data: { ...data, today } };
    case 'DayClosed':
      return { type: 'CloseDay', data: { on: data.on, today } };
    case 'EntryCleared':
      return { type: 'ClearEntry', data };
    case 'EntryNoted':
      return { type: 'NoteEntry', data: { ...data, today } };
    case 'EntriesImported':
      return { type: 'ImportEntries', data: { ...data, today } };
    case 'ReminderSnoozed':
      return { type: 'SnoozeReminder', data: { ...data, nowAt } };
    case 'HabitPaused':
      return { type: 'PauseHabit', data: { today: data.on } };
    case 'HabitResumed':
      return { type: 'ResumeHabit', data: { today: data.on ?? today } };
    case 'HabitArchived':
      return { type: 'ArchiveHabit', data };
    case 'HabitRestored':
      return { type: 'RestoreHabit', data };
    case 'HabitDeleted':
      return { type: 'DeleteHabit', data };
  }
}
