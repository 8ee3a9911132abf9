const KEY = 'outbox';

/**
 * What people wrote and the simulator has not got yet, in order; it outlives a reload of the page. `ports`:
 * `send(personId, action)` rejects with a TypeError while the simulator cannot be reached, `onChange()` is called when
 * there is something else to show as pending, `onRefused(text)` when the simulator did not take something.
 */
export function createOutbox(ports) {
  let waiting = stored();
  let isOffline = waiting.length > 0;
  let sending;

  function keep(next) {
    waiting = next;
    localStorage.setItem(KEY, JSON.stringify(waiting));
    if (isOffline) ports.onChange();
  }

  async function sendAll() {
    for (let [first] = waiting; first; [first] = waiting) {
      try {
        await ports.send(first.personId, first.action);
      } catch (error) {
        if (error instanceof TypeError) {
          isOffline = true;
          return ports.onChange();
        }
        ports.onRefused(error.message);
      }
      keep(waiting.slice(1));
    }
    isOffline = false;
  }

  function flush() {
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
    return sending;
  }

  return {
    flush,
    /** Sends it now, or when the simulator can be reached again. */
    async add(personId, action) {
      const isBusy = sending !== undefined;
      keep([...waiting, { personId, action }]);
      await flush();
      // What was added while the last one was being given up has not been tried.
      if (isBusy && !isOffline) await flush();
    },
    /** Texts of a person to be shown as not sent yet. */
    pending: (personId) =>
      isOffline ? waiting.filter((each) => each.personId === personId).map(({ action }) => action.text) : [],
  };
}

/** What another version of the page left there counts for nothing. */
function stored() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return found.filter(
      ({ personId, action }) => Number.isInteger(personId) && typeof action.text === 'string',
    );
  } catch {
    return [];
  }
}
