import { inHalves } from '#projections/engine/in-halves.ts';
import { Poison } from '#services/platform/jetstream/errors.ts';

/**
 * Makes one read of many: those asked for while a read runs share the next one, so its server sees one at a time
 * however fast they come. A question that Postgres refuses for good is rejected as poison, and holds no other one back.
 * `read` answers in the order of the questions.
 */
export function batched<Q, A>(
  read: (questions: Q[]) => Promise<readonly A[]>,
  mostAtOnce: number,
): (question: Q) => Promise<A> {
  type Asked = { question: Q; resolve(answer: A): void; reject(reason: unknown): void };
  const asked: Asked[] = [];
  let reading = false;

  async function readAll(): Promise<void> {
    reading = true;
    // Those who ask in the same turn of the event loop come along.
    await Promise.resolve();
    while (asked.length > 0) await readBatch(asked.splice(0, mostAtOnce));
    reading = false;
  }

  async function readSome(batch: readonly Asked[]): Promise<void> {
    const answers = await read(batch.map(({ question }) => question));
    if (answers.length !== batch.length) throw new Error('a read left questions unanswered');
    for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as A); // as many answers as questions
  }

  async function readBatch(batch: readonly Asked[]): Promise<void> {
    const refused = ({ reject }: Asked, cause: unknown) =>
      reject(new Poison('Postgres refuses what was asked', { cause }));
    try {
      await inHalves(batch, readSome, refused);
    } catch (error) {
      // Those that have their answer are not touched by it.
      for (const { reject } of batch) reject(error);
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      asked.push({ question, resolve, reject });
      if (!reading) void readAll();
    });
}
