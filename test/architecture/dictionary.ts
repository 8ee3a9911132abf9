/*
 * The dictionary: one word for one thing, the one that the field uses.
 *
 * A word is written in lower case; a star stands for any ending: `send*` is send, sends and sender. Identifiers
 * and file names are split into words first: `dueMinute` and `DUE_MINUTE` are "due minute".
 */

export type Entry = {
  say: string;
  /** Whole identifiers as written, for words that mean something else in most other places. */
  names?: readonly string[];
  /** Words in any identifier. */
  words?: readonly string[];
  /** Words in any identifier, in any comment and in the text of READMEs. */
  everywhere?: readonly string[];
  /** Words in comments and READMEs. */
  comments?: readonly string[];
  /** The only rooms where the word is this thing. */
  rooms?: readonly string[];
};

const BOT = ['services/bot', 'test/services/bot'];
const SENDER = ['services/sender', 'test/services/sender', 'test/simulation'];
const RATE_LIMIT = ['services/platform/rate-limit', 'services/sender', 'test/services/platform/rate-limit'];
const SHARDS = ['services/shards', 'test/services/shards'];
const PRODUCTION = ['contracts', 'projections', 'services', 'deploy'];

export const DICTIONARY: readonly Entry[] = [
  // Messages and handlers.
  { say: 'message', names: ['Taken'] },
  { say: 'handler spec', everywhere: ['consumption*'] },
  {
    say: 'dead letter, to dead-letter',
    everywhere: ['park', 'parks', 'parked', 'parking', 'unpark*', 'parcel*'],
  },
  { say: 'redrive', words: ['replays'], everywhere: ['reopen*'] },
  { say: 'catch up', everywhere: ['replay of ticks', 'replayed tick*'] },

  // Bringing a reminder to its outcome.
  { say: 'outcome', words: ['ending*'], rooms: PRODUCTION },
  { say: 'deliver, attempt', names: ['bring', 'Course', 'course', 'Progress'], rooms: SENDER },
  { say: 'send record', everywhere: ['marker*'] },
  { say: 'claim status', words: ['standing*'], rooms: SENDER },
  { say: 'resolve existing claims', everywhere: ['heed*'] },
  { say: 'send policy, decide', everywhere: ['judg*'] },

  // The budget.
  { say: 'rate limiter', everywhere: ['pacer*'] },
  { say: 'slot request, options', everywhere: ['wish', 'wishes', 'wished'] },
  { say: 'slot request', names: ['want', 'wants', 'Want'], rooms: RATE_LIMIT },
  { say: 'slot queue', everywhere: ['waiting room*', 'seat', 'seats'] },
  { say: 'reserve', names: ['soon', 'ahead'], rooms: RATE_LIMIT },
  { say: 'send gate, not sent', words: ['may leave', 'leaving when', 'held back'] },
  { say: 'pause', words: ['silence*'] },

  // Ticks and shards.
  { say: 'semaphore, permits', names: ['turns', 'places', 'Turns'], rooms: SHARDS },
  { say: 'tick plan', everywhere: ['agenda*'] },
  { say: 'consumer watch', words: ['presence'] },
  { say: 'due minute', everywhere: ['due place*'] },

  // Projections.
  { say: 'sequence range, range', everywhere: ['stretch*'] },
  { say: 'bulk write', everywhere: ['set wise'] },
  { say: 'bulk rows', names: ['given', 'Given'], rooms: ['projections', 'test/projections'] },
  { say: 'entry', words: ['answer', 'answers'], rooms: ['projections', 'services/bot/domain'] },

  // The bot.
  { say: 'admin handler', everywhere: ['desk*'] },
  { say: 'admin context', names: ['visit', 'Visit'], rooms: BOT },
  { say: 'admin action', names: ['turn', 'Turn', 'turnOf'], rooms: BOT },
  { say: 'reference data', everywhere: ['knowledge'] },
  { say: 'update context', words: ['happening*'], rooms: BOT },
  { say: 'render context', everywhere: ['scene*'] },
  { say: 'view', everywhere: ['sketch*'] },
  { say: 'rendered', names: ['drawn', 'Drawn', 'draw'], rooms: BOT },
  { say: 'edit', names: ['here'], rooms: BOT },
  { say: 'send; in comments again', everywhere: ['anew'] },
  { say: 'commands', names: ['order', 'orders', 'Order', 'orderFor'], rooms: BOT },

  // Tests.
  {
    say: 'fixture',
    words: ['stage', 'system', 'world'],
    names: ['talk', 'Talk', 'opened', 'Opened'],
    rooms: ['test'],
  },

  { say: 'the one who does it', comments: ['whoever', 'somebody'] },
];
