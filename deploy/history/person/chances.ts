import type { Random } from '../../capacity/random.ts';

/** True with so much probability. */
export const happens = (random: Random, probability: number): boolean => random() < probability;

/** Each with the same probability. */
export function oneOf<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

/** A whole number, both ends included. */
export const wholeBetween = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1));

/** Waiting times that are short as a rule and long now and then. */
export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random());
