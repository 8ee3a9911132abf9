import { button, paragraphs, type RenderContext, type View } from '../../conversation/render-context.ts';
import { hasPremium } from '../../domain/premium.ts';

/** What goes, and that it goes for good; first with the offer to take it along. */
export function forgetScreen({ t, person }: RenderContext, step: 'offered' | 'sure'): View {
  const keep = button(t('button-forget-not'), { tap: 'forgetNot' });
  if (step === 'sure')
    return {
      text: t('forget-sure'),
      buttons: [[button(t('button-forget-now'), { tap: 'forgetNow' })], [keep]],
    };
  const { account, habits, nowMs } = person;
  const alongFirst = account.timezone !== null && habits.length > 0;
  return {
    text: paragraphs(
      t('forget-offered'),
      hasPremium(account.premium, nowMs) && t('forget-premium'),
      alongFirst && t('forget-along'),
    ),
    buttons: [
      ...(alongFirst ? [[button(t('button-export'), { tap: 'export' })]] : []),
      [button(t('button-forget-sure'), { tap: 'forgetSure' })],
      [keep],
    ],
  };
}
