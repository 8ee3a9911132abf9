/*
 * What a file may hold. A person of fifty habits and twenty-seven years, the oldest entry there may be, has half a million
 * days; everything larger is refused before it costs more than its reading.
 */

/** Telegram lets a bot download so much. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** Of all entries of an archive together, unpacked. */
export const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;
/** Loop writes two for each habit. */
export const MAX_ARCHIVE_ENTRIES = 4_000;
export const MAX_HABITS = 500;
/** Lines of a CSV, rows of a table, completions: of a whole file. */
export const MAX_ROWS = 600_000;
/** A process that reads or writes a file is killed after this long. */
export const DEADLINE_MS = 20_000;
/** The heap of such a process. */
export const HEAP_MB = 512;
