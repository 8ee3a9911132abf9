/** Atomic batches, batched direct gets and persistence modes came with it. */
export const REQUIRED_SERVER = { major: 2, minor: 12 } as const;
export const REQUIRED_SERVER_TEXT: string = `${REQUIRED_SERVER.major}.${REQUIRED_SERVER.minor}`;

/** Whether a nats-server has all that is used of it. What does not say a version has none. */
export function isServerNewEnough(version: string): boolean {
  const [, major = 0, minor = 0] = (/^v?(\d+)\.(\d+)\./.exec(version) ?? []).map(Number);
  return major > REQUIRED_SERVER.major || (major === REQUIRED_SERVER.major && minor >= REQUIRED_SERVER.minor);
}
