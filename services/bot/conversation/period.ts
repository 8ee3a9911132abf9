import { z } from 'zod';
import { LocalDate } from '#contracts/time.ts';

/** The calendar week, month or year in which `on` lies. */
export const Period = z.object({ span: z.enum(['week', 'month', 'year']), on: LocalDate });
export type Period = z.infer<typeof Period>;

/** Of a picture: see services/platform/pictures/README.md. */
export const Theme = z.enum(['dark', 'light']);
export type Theme = z.infer<typeof Theme>;
