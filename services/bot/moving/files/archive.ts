import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { FileRefused } from '../brought.ts';
import { MAX_ARCHIVE_ENTRIES, MAX_UNPACKED_BYTES } from '../limits.ts';

/** A zip, opened: the paths of its files without what systems add, and their bytes on request. */
export type Archive = {
  paths: readonly string[];
  /** @throws {FileRefused} when the file is broken, or unpacks to more than it says. */
  read(path: string): Promise<Uint8Array>;
  close(): void;
};

const ENCRYPTED = 0x1;
/** What macOS and Windows put beside the files. */
const LITTER = /(^|\/)(__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i;

/**
 * Opens a zip and reads its directory. Nothing is written to disk, and nothing is unpacked yet: sizes, their sum, and names
 * that lead out of the archive are refused first.
 * @throws {FileRefused}
 */
export async function openArchive(bytes: Uint8Array): Promise<Archive> {
  const zip = await opened(bytes);
  const entries = await entriesOf(zip).catch((cause: unknown) => {
    throw cause instanceof FileRefused ? cause : new FileRefused('brokenArchive', cause);
  });
  const files = new Map<string, Entry>();
  let unpacked = 0;
  for (const entry of entries) {
    const path = pathOf(entry);
    unpacked += entry.uncompressedSize;
    if (unpacked > MAX_UNPACKED_BYTES) throw new FileRefused('tooLarge');
    if (!path.endsWith('/') && !LITTER.test(path)) files.set(path, entry);
  }
  return {
    paths: [...files.keys()],
    async read(path) {
      const entry = files.get(path);
      if (!entry) throw new FileRefused('brokenArchive');
      if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0) throw new FileRefused('lockedArchive');
      return unpack(zip, entry).catch((cause: unknown) => {
        throw new FileRefused('brokenArchive', cause);
      });
    },
    close: () => zip.close(),
  };
}

function opened(bytes: Uint8Array): Promise<ZipFile> {
  const { promise, resolve, reject } = Promise.withResolvers<ZipFile>();
  // Names stay bytes: which of them lead out of the archive is decided below, whatever their encoding.
  const options = { lazyEntries: true, decodeStrings: false, autoClose: false } as const;
  yauzl.fromBuffer(Buffer.from(bytes), options, (error, zip) => {
    if (error) reject(new FileRefused('brokenArchive', error));
    else resolve(zip);
  });
  return promise;
}

function entriesOf(zip: ZipFile): Promise<Entry[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Entry[]>();
  if (zip.entryCount > MAX_ARCHIVE_ENTRIES) throw new FileRefused('tooLarge');
  const entries: Entry[] = [];
  zip.on('entry', (entry: Entry) => {
    entries.push(entry);
    if (entries.length > MAX_ARCHIVE_ENTRIES) reject(new FileRefused('tooLarge'));
    else zip.readEntry();
  });
  zip.on('end', () => resolve(entries));
  zip.on('error', reject);
  zip.readEntry();
  return promise;
}

/** @throws {FileRefused} `unsafeArchive` for an absolute path, and for one with `..` in it. */
function pathOf({ fileName }: Entry): string {
  const path = Buffer.from(fileName as unknown as Uint8Array)
    .toString('utf8')
    .replaceAll('\\', '/');
  const isUnsafe = path.startsWith('/') || /^[a-z]:/i.test(path) || path.split('/').includes('..');
  if (isUnsafe || path.includes('\0')) throw new FileRefused('unsafeArchive');
  return path;
}

/** yauzl ends the stream with an error when there is more or less than the directory says. */
function unpack(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  zip.openReadStream(entry, (error, stream) => {
    if (error) return reject(error);
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      const whole = Buffer.concat(chunks);
      if (crc32(whole) === entry.crc32) resolve(whole);
      else reject(new Error('the checksum differs'));
    });
  });
  return promise;
}
