/** Calls the control API. Rejects with the simulator's own words. */
export async function call(path, body) {
  const response = await fetch(`/control${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `error ${response.status}`);
  return answer;
}

export function act(personId, action) {
  return call(`/people/${personId}/act`, action);
}

/**
 * Listens to the simulator's events and connects again when the line breaks. `onOpen` is called for every new
 * connection, because whatever happened in between was missed.
 */
export function listen({ onOpen, onLost, onChange, onTraffic }) {
  const source = new EventSource('/control/stream');
  source.addEventListener('hello', onOpen);
  source.addEventListener('error', () => {
    onLost();
    // A browser gives up for good when it was answered with an error, such as during a restart.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => listen({ onOpen, onLost, onChange, onTraffic }), 1000);
    }
  });
  source.addEventListener('change', (event) => onChange(JSON.parse(event.data)));
  source.addEventListener('traffic', (event) => onTraffic(JSON.parse(event.data)));
}
