/*
 * Subjects of JetStream itself (nats-server's ADR-1, ADR-8, ADR-31): for requests that are made by hand, and for who may make which.
 */

/** Where a durable consumer is asked for its next messages. */
export function nextMessages(stream: string, consumer: string): string {
  return `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
}

/** The request by which one message leaves a stream. */
export const erasureFrom = (stream: string): string => `$JS.API.STREAM.MSG.DELETE.${stream}`;

/** The requests by which messages leave a stream: one of them, many, all with the stream, or all for other ones. */
export function removalsFrom(stream: string): string[] {
  return [erasureFrom(stream), `$JS.API.STREAM.PURGE.${stream}`, removalOf(stream), restorationOf(stream)];
}

/** The request by which a stream goes with all that is in it. */
export const removalOf = (stream: string): string => `$JS.API.STREAM.DELETE.${stream}`;

/** The requests for a stream as an archive, and for a stream that is made from one. */
export const snapshotOf = (stream: string): string => `$JS.API.STREAM.SNAPSHOT.${stream}`;
export const restorationOf = (stream: string): string => `$JS.API.STREAM.RESTORE.${stream}`;

/** Where the parts of an archive are sent that a stream is made from. */
export const restoredParts = (stream: string): string => `$JS.SNAPSHOT.RESTORE.${stream}.*`;

/** Which part of an archive it is, from 1 on, by the subject on which it is acknowledged (`….<bytes>.<part>`). */
export const snapshotPart = (reply: string): number => Number(reply.slice(reply.lastIndexOf('.') + 1));

/** What there is: the account's use of the server, and which streams. */
export const INVENTORY: readonly string[] = ['$JS.API.INFO', '$JS.API.STREAM.NAMES'];

/** How far a stream is, by what it is known, and the server's clock; not what is in it. */
export const stateOf = (stream: string): string => `$JS.API.STREAM.INFO.${stream}`;

/** A stream's messages, from its leader and from whichever replica answers. */
export const contentsOf = (stream: string): string[] => [
  `$JS.API.STREAM.MSG.GET.${stream}`,
  `$JS.API.DIRECT.GET.${stream}`,
  `$JS.API.DIRECT.GET.${stream}.>`,
];

/** How far a consumer is. `*` for any of the stream. */
export const consumerState = (stream: string, consumer: string): string =>
  `$JS.API.CONSUMER.INFO.${stream}.${consumer}`;

/** The request by which a consumer is paused until an instant, and goes on. */
export const pauseOf = (stream: string, consumer: string): string =>
  `$JS.API.CONSUMER.PAUSE.${stream}.${consumer}`;

export const consumerStates = (stream: string): string => `$JS.API.CONSUMER.LIST.${stream}`;

/** Answers to what a consumer gave. */
export const acksOf = (stream: string, consumer: string): string => `$JS.ACK.${stream}.${consumer}.>`;

/** A watch of a bucket: a consumer that lives as long as it is listened to. */
export const watchOf = (stream: string): string[] => [
  `$JS.API.CONSUMER.CREATE.${stream}.>`,
  `$JS.API.CONSUMER.INFO.${stream}.*`,
  `$JS.API.CONSUMER.DELETE.${stream}.*`,
  `$JS.FC.${stream}.>`,
];

/** Answers to the requests of one connection's user. */
export const inboxPrefixOf = (user: string): string => `_INBOX.${user}`;
