/** Requests of one minute that are answered before anything else. Nobody types faster for long; lists are tapped through. */
const FIRST = { words: 5, tap: 15 } as const;

/**
 * In which order people are answered while there is not enough budget for all: lower first, and 0 with the best slots.
 * The person who has asked for less in the last minute goes first, so that the reply to one tap does not wait for a flood.
 * @param requests of this person in the last minute, this one with them.
 * @param isNew people who never registered come after those who did: thousands may come at once.
 */
export function replyRank(kind: keyof typeof FIRST, requests: number, isNew: boolean): number {
  if (requests > FIRST[kind]) return requests;
  return isNew ? 1 : 0;
}
