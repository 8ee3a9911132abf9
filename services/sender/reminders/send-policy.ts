import type { Locale } from '#contracts/account-events.ts';
import type { Occurrence, SuppressionReason } from '#contracts/messages.ts';
import { minuteOfDay } from '#contracts/time.ts';
import { isQuiet } from '#projections/schedules/due-minute.ts';
import type { OccurrenceFacts, PersonFacts, SendFacts } from '#projections/schedules/send-facts.ts';
import { localTimeAt } from '#services/platform/local-time/local-time.ts';

/** An occurrence that is still to be sent, with what its message says. */
export type WantedOccurrence = Extract<OccurrenceFacts, { suppressed?: undefined }> & { locale: Locale };

/** What is to become of a reminder by what is known now. Each occurrence is in one of the two lists. */
export type SendDecision = {
  wanted: WantedOccurrence[];
  suppressed: { occurrence: Occurrence; reason: SuppressionReason }[];
  /** Nothing was heard from the person for so long that they are to be asked whether to go on. */
  isSilent: boolean;
};

/** Who gave no sign of life for so long is asked, once, instead of being reminded. */
export const SILENT_DAYS = 30;
const DAY_MS = 86_400_000;

/** The send policy (G8): whether each occurrence is still wanted. @param instantMs when it would be sent. */
export function decideSend({ account, occurrences }: SendFacts, instantMs: number): SendDecision {
  const decision: SendDecision = { wanted: [], suppressed: [], isSilent: isSilent(account, instantMs) };
  for (const facts of occurrences) {
    if (account && facts.suppressed === undefined && !isDisturbing(account, facts, instantMs)) {
      decision.wanted.push({ ...facts, locale: account.locale });
      continue;
    }
    const reason = facts.suppressed ?? (account ? 'quietHours' : 'unknownAccount');
    decision.suppressed.push({ occurrence: occurrenceOf(facts), reason });
  }
  return decision;
}

/** A snooze comes when it was asked for, at night too. */
function isDisturbing(
  { quiet, timezone }: PersonFacts,
  { snoozed }: OccurrenceFacts,
  instantMs: number,
): boolean {
  if (quiet === null || timezone === null || snoozed) return false;
  const hours = { from: minuteOfDay(quiet.from), to: minuteOfDay(quiet.to) };
  return isQuiet(minuteOfDay(localTimeAt(instantMs, timezone)), hours);
}

function isSilent(account: PersonFacts | undefined, instantMs: number): boolean {
  const since = account?.silentSince ?? null;
  return since !== null && instantMs - Date.parse(since) >= SILENT_DAYS * DAY_MS;
}

function occurrenceOf({ habitId, on, at, snoozed }: Occurrence): Occurrence {
  return { habitId, on, at, ...(snoozed && { snoozed }) };
}
