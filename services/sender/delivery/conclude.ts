import { randomUUID } from 'node:crypto';
import { refusalReason } from '#services/platform/telegram/refusals.ts';
import type { Attempt, ClaimedMessage, MessageState } from './message-state.ts';
import type { Posted } from './post.ts';
import type { ClaimedItem } from './resolve-existing.ts';
import type { DeliveryResult } from './work.ts';

/** What follows from Telegram's answer: the items have their outcome, or another attempt is made. */
export async function conclude(
  context: Attempt,
  state: MessageState,
  { claimed, outgoing }: ClaimedMessage,
  posted: Posted,
): Promise<MessageState> {
  const { ports, work } = context;
  const again = tryAgain(state, claimed);
  const about = { userId: work.userId, minute: work.minute, tier: work.tier };
  switch (posted.kind) {
    case 'sent': {
      const { outcome } = outgoing;
      return settled(context, state, claimed, { outcome, telegramMessageId: posted.messageId });
    }
    case 'refused': {
      const { migrateToChatId } = posted;
      if (migrateToChatId === undefined || state.chatId !== Number(work.userId))
        return settled(context, state, claimed, { outcome: 'failed', reason: refusalReason(posted) });
      await withdraw(context, claimed);
      return { ...again, chatId: migrateToChatId };
    }
    case 'limited': {
      // Other messages of this process must not leave while this one's records are taken back.
      const { retryAfterMs } = posted;
      const obeyed = ports.floodControl.obey({ chatId: String(state.chatId), retryAfterMs });
      await withdraw(context, claimed);
      await obeyed;
      return again;
    }
    case 'held':
    case 'notSent':
      await withdraw(context, claimed);
      return { ...again, missed: state.missed + 1 };
    case 'unreachable':
      ports.log.warn({ ...about, err: posted.cause }, 'Telegram cannot be reached');
      await withdraw(context, claimed);
      return { ...again, outages: state.outages + 1 };
    case 'unknown':
      ports.log.warn({ ...about, err: posted.cause }, 'whether a message arrived is unknown');
      // Under another name, the record tells that it may have been sent.
      if (ports.settlement.mayResend(claimed)) return { ...again, by: randomUUID() };
      return settled(context, state, claimed, { outcome: 'uncertain', reason: 'no answer' });
  }
}

function tryAgain(state: MessageState, claimed: readonly ClaimedItem[]): MessageState {
  return { ...state, left: claimed.map(({ item }) => item), missed: 0, outages: 0 };
}

async function settled(
  { ports, work, signal }: Attempt,
  state: MessageState,
  claimed: readonly ClaimedItem[],
  result: DeliveryResult,
): Promise<MessageState> {
  await ports.settlement.settle(work, claimed, result, signal);
  return { ...state, left: [] };
}

async function withdraw({ ports, work }: Attempt, claimed: readonly ClaimedItem[]): Promise<void> {
  await ports.settlement.withdraw(claimed);
  await ports.probe?.('withdrawn', work.due);
}
