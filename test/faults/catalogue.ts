import type { Fault } from './fault.ts';
import { killInTurns, killRole } from './kill-role.ts';
import { killTalking } from './talk.ts';

/** Every fault there is, in the order in which they are told. */
export const faults: readonly Fault[] = [
  killTalking('ingress'),
  killTalking('bot'),
  killRole('tick'),
  killRole('shards'),
  killRole('sender'),
  killRole('projector'),
  killInTurns,
];
