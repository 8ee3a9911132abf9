import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ForgettingReport, ForgettingRequested } from '#contracts/forgetting.ts';
import type { UserId } from '#contracts/ids.ts';
import { forgettingReports, forgettingSubject } from '#contracts/subjects.ts';
import { lastMessage } from '#services/platform/jetstream/direct-get.ts';
import { publishOnce } from '#services/platform/jetstream/publish.ts';
import type { Clock } from '#services/platform/process/clock.ts';

const LOOK_EVERY_MS = 1_000;

/**
 * Asks for a person to be forgotten, and follows it to its end. What is asked for stays asked for, whatever happens to the
 * caller; asked twice, it is done once.
 * @param told gets each step as it is done, as far as the process that does it can be heard.
 */
export async function requestForgetting(
  { nats, clock }: { nats: NatsConnection; clock: Clock },
  userId: UserId,
  request: ForgettingRequested,
  told: (report: ForgettingReport) => void,
): Promise<void> {
  const subject = forgettingSubject(userId);
  let isDone = false;
  const reports = nats.subscribe(forgettingReports(userId), {
    callback(error, message) {
      const report = error ? undefined : ForgettingReport.safeParse(message.json()).data;
      if (!report) return;
      told(report);
      isDone ||= report.done;
    },
  });
  try {
    await nats.flush();
    await publishOnce(jetstream(nats), subject, ForgettingRequested.parse(request));
    // The last report may be lost; the request itself is gone when all is done.
    while (!isDone && (await lastMessage(nats, 'FORGETTING', subject))) await clock.sleep(LOOK_EVERY_MS);
  } finally {
    reports.unsubscribe();
  }
}
