/**
 * Resolves as soon as `isReady` holds, checked now and after each signal from `subscribe`, or after `timeoutMs`,
 * or when `signal` aborts. Never rejects: the caller looks at the state again.
 */
export function waitUntil(options: {
  isReady: () => boolean;
  subscribe: (listener: () => void) => () => void;
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<void> {
  const { isReady, subscribe, timeoutMs, signal } = options;
  if (isReady() || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(finish, timeoutMs);
    const unsubscribe = subscribe(() => {
      if (isReady()) finish();
    });
    signal.addEventListener('abort', finish);
  });
}
