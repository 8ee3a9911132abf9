import type { Fault } from './fault.ts';
import { killAnyRole, killRole } from './kill-role.ts';

/** Every fault there is, in the order in which they are told. */
export const faults: readonly Fault[] = [
  killRole('tick'),
  killRole('shards'),
  killRole('sender'),
  killRole('projector'),
  killAnyRole,
];
