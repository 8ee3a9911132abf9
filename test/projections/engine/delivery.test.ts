import { expect, test } from 'vitest';
import { DeliveryOutcome } from '#contracts/messages.ts';
import { examplesIn } from '#deploy/catalogue/stored.ts';
import { parseDelivery, UnreadableDelivery } from '#projections/engine/delivery.ts';

const examples = examplesIn('messages').get('Delivery') ?? [];

test.each(examples)('a stored delivery, $variant, can be read for ever', ({ subject, body }) => {
  expect(parseDelivery(subject, body, 7)).toEqual({ ...(body as object), sequence: 7, partition: 61 });
});

test('there is a stored one of each outcome', () => {
  const outcomes = examples.map(({ body }) => (body as { outcome: string }).outcome);
  expect(new Set(outcomes)).toEqual(new Set(DeliveryOutcome.options));
});

test('one on the subject of another outcome or person is none', () => {
  const [{ subject, body } = expect.unreachable()] = examples;
  for (const other of [subject.replace('asked', 'failed'), subject.replace('700100', '700101'), 'deliveries'])
    expect(() => parseDelivery(other, body, 7)).toThrow(UnreadableDelivery);
});
