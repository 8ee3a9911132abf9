import type { Msg } from '@nats-io/transport-node';
import { deliveryPlace } from '#contracts/subjects.ts';

const ACK = '+ACK';
const NAK = '-NAK';
const WORKING = '+WPI';
const TERM = '+TERM';
const NANOS_PER_MS = 1_000_000;

/**
 * A message as a durable consumer delivers it. The first of ack, nak and term counts; without one of them, and without
 * `working()`, the server gives the message to another process after the consumer's `ack_wait`.
 */
export class JetStreamMessage {
  readonly #message: Msg;
  readonly #mayAnswer: () => boolean;
  #settled = false;
  /** In its stream. */
  readonly seq: number;
  /** 1 for the first. */
  readonly tries: number;
  /** Epoch ms by the server's clock. */
  readonly storedAtMs: number;
  /** Messages that its consumer had still to deliver after this one. */
  readonly behind: number;

  /**
   * @param mayAnswer while it returns false, the server is told nothing and delivers the message again.
   * @throws {Error} when the message was not delivered by a consumer.
   */
  constructor(message: Msg, mayAnswer: () => boolean) {
    const place = message.reply === undefined ? undefined : deliveryPlace(message.reply);
    if (!place) throw new Error(`not delivered by a consumer: ${message.subject}`);
    this.#message = message;
    this.#mayAnswer = mayAnswer;
    this.seq = place.sequence;
    this.tries = place.tries;
    this.storedAtMs = place.storedAtMs;
    this.behind = place.behind;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  json(): unknown {
    return this.#message.json();
  }

  ack(): void {
    this.#settle(ACK);
  }

  /** Gives it back: to be delivered again at once, or not before `delayMs`. */
  nak(delayMs = 0): void {
    this.#settle(delayMs > 0 ? `${NAK} ${JSON.stringify({ delay: delayMs * NANOS_PER_MS })}` : NAK);
  }

  /** Never to be delivered again. */
  term(): void {
    this.#settle(TERM);
  }

  /** Begins `ack_wait` again. */
  working(): void {
    if (!this.#settled && this.#mayAnswer()) this.#message.respond(WORKING);
  }

  #settle(answer: string): void {
    if (this.#settled) return;
    this.#settled = true;
    if (this.#mayAnswer()) this.#message.respond(answer);
  }
}
