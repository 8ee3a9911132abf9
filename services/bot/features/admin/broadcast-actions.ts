import type { MessageEntity } from 'grammy/types';
import type { BroadcastText } from '#contracts/broadcasts.ts';
import { type BroadcastId, broadcastIdFrom } from '#contracts/ids.ts';
import { type AdminContext, type AdminPorts, NO_DRAFT, show } from './context.ts';
import { confirmMessage, noticeMessage, progressMessage } from './messages.ts';

/** Shows the text exactly as everybody will get it, so that Telegram refuses a malformed one here. */
export async function preview(ports: AdminPorts, context: AdminContext, text: BroadcastText): Promise<void> {
  const { t, userId, updateId, save } = context;
  const recipients = await ports.figures.reachable();
  const entities = text.entities as MessageEntity[]; // entities of Telegram's, sent back as they came
  const outcome = await ports.replies.send(userId, { text: text.text, entities });
  if (outcome !== 'shown') return show(ports, context, noticeMessage(t, 'admin-refused'));
  const broadcastId = broadcastIdFrom(userId, updateId);
  await save({ at: 'previewing', broadcastId, text, recipients });
  await ports.replies.send(userId, confirmMessage(t, broadcastId, recipients));
}

/** Begins the broadcast that was previewed last; under an older preview the button begins nothing. */
export async function send(ports: AdminPorts, context: AdminContext, id: BroadcastId): Promise<void> {
  const { draft, userId } = context;
  if (draft.at === 'previewing' && draft.broadcastId === id) {
    const at = new Date(ports.clock.now()).toISOString();
    await ports.broadcasts.begin({
      ...{ broadcastId: id, by: userId, at, recipients: draft.recipients },
      ...draft.text,
    });
    await context.save(NO_DRAFT);
  }
  await showProgress(ports, context, id);
}

export async function showProgress(ports: AdminPorts, context: AdminContext, id: BroadcastId): Promise<void> {
  const { broadcasts, figures } = ports;
  const requested = await broadcasts.request(id);
  if (!requested) return show(ports, context, noticeMessage(context.t, 'admin-not-sent'));
  const [{ queued, complete }, cancelled, outcomes] = await Promise.all([
    broadcasts.progress(id),
    broadcasts.isCancelled(id),
    figures.ofBroadcast(id),
  ]);
  await show(
    ports,
    context,
    progressMessage(context.t, { requested, queued, complete, cancelled, outcomes }),
  );
}

/**
 * Sends the text that was previewed last to the admin alone, by the way that everybody's will take: through BROADCASTS, the
 * lowest tier and the bulk share of the budget. The preview stays, and so does its question.
 */
export async function sendTest(ports: AdminPorts, context: AdminContext, id: BroadcastId): Promise<void> {
  const { draft, userId, updateId, input, t } = context;
  if (draft.at !== 'previewing' || draft.broadcastId !== id)
    return show(ports, context, noticeMessage(t, 'admin-not-sent'));
  const at = new Date(ports.clock.now()).toISOString();
  const broadcastId = broadcastIdFrom(userId, updateId);
  await ports.broadcasts.test({ broadcastId, by: userId, at, ...draft.text });
  if (input.kind === 'tap') await ports.replies.toast(input.callbackId, t('admin-test-sent'));
}
