/** Raised when a backup cannot be made or restored as it is asked for. The message says why and what to do. */
export class BackupRefused extends Error {
  override name = 'BackupRefused';
}
