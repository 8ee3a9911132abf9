import { type Dialog, IDLE } from '../../conversation/dialog.ts';
import { edit, notice, type Step, stay } from '../../conversation/step.ts';
import type { ForgetTap } from '../../conversation/taps.ts';

/** Being forgotten takes two taps on two screens: each says that nothing brings it back. */
export function tapForget(dialog: Dialog, { tap }: ForgetTap): Step {
  switch (tap) {
    case 'forgetMe':
      return stay(dialog, edit({ screen: 'forget', step: 'offered' }));
    case 'forgetSure':
      return stay(dialog, edit({ screen: 'forget', step: 'sure' }));
    case 'forgetNot':
      return stay(dialog, edit(notice('forget-not')));
    case 'forgetNow':
      return { ...stay(IDLE, edit(notice('being-forgotten'))), forget: true };
  }
}
