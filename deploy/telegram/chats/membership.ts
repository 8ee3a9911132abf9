import { telegramDate } from '../clock.ts';
import type { World } from '../world.ts';
import { type Group, type Peer, telegramChat } from './group.ts';

/** The bot comes into a group or is gone from it, by the doing of `from`, and Telegram tells it. */
export function setMembership(world: World, group: Group, from: object, isMember: boolean): Group {
  const changed = world.chats.putGroup({ ...group, botIsMember: isMember });
  tellMembership(world, group, from, isMember ? ['left', 'member'] : ['member', 'left']);
  return changed;
}

/** `my_chat_member`: the bot's status in a chat has changed from one to another. */
export function tellMembership(
  world: World,
  peer: Peer,
  from: object,
  [before, after]: readonly [string, string],
): void {
  const member = (status: string) => ({
    user: world.bot,
    status,
    ...(status === 'kicked' ? { until_date: 0 } : {}),
  });
  const change = {
    chat: telegramChat(peer),
    from,
    date: telegramDate(world.clock),
    old_chat_member: member(before),
    new_chat_member: member(after),
  };
  world.updates.enqueue('my_chat_member', change, peer.id);
}
