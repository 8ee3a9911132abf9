import type { ExportForm } from '#contracts/moving.ts';
import { button, type RenderContext, type View } from '../../conversation/render-context.ts';

const FORMS: readonly (readonly ExportForm[])[] = [['loopDb', 'loopZip'], ['csv'], ['json']];

/** The kinds of files to choose from. */
export function exportScreen({ t, person }: RenderContext): View {
  if (person.habits.length === 0) return { text: t('export-none') };
  const rows = FORMS.map((forms) =>
    forms.map((form) => button(t(`button-export-${form}`), { tap: 'exportAs', form })),
  );
  return { text: t('export-title'), buttons: rows };
}
