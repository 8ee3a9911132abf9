/** What the tutorial has its reader do, one thing after the other. */
export type Block =
  /** A command, and what it prints somewhere. */
  | { kind: 'run'; text: string; prints: string; file: '' }
  /** A file to be written. */
  | { kind: 'file'; text: string; prints: ''; file: string }
  /** A question to the database. */
  | { kind: 'query'; text: string; prints: ''; file: '' };

/** @throws when a code block is none that is known. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const [, language = '', file = '', text = ''] of markdown.matchAll(
    /^```(\w+)(?: (\S+))?\n(.*?)^```$/gms,
  )) {
    const last = blocks.at(-1);
    if (language === 'sh') blocks.push({ kind: 'run', text: text.trim(), prints: '', file: '' });
    else if (language === 'text' && last?.kind === 'run') last.prints = text.trim();
    else if (file !== '') blocks.push({ kind: 'file', text, prints: '', file });
    else if (language === 'sql') blocks.push({ kind: 'query', text, prints: '', file: '' });
    else throw new Error(`a block of ${language} that is neither run nor written: ${text}`);
  }
  return blocks;
}
