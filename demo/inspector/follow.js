// Follows one run of the server: asks for what comes after the point it has reached, again and again.
// The server answers when there is something, else after a while; so nothing is lost by a slow or broken connection.
// It holds text back for a moment, so asking again soon costs little and an event is here at once.

const INTERVAL_MS = 20;
const RETRY_MS = [300, 1000, 2000, 4000];

/**
 * Starts after the first `next` events. Calls `onView({reset, events, live, waiting, done, problem})` for every answer until the run is done or `signal` aborts.
 * `waiting` is the run's place in line, 0 once it has begun; `live` is the text that a module is writing now, `{turn, phase, at, text}` with `at` characters sent before;
 * `reset` says that the server knows less than this page does, so what came before is void.
 * `onConnection(ok)` tells when the server cannot be reached and when it can again.
 */
export async function follow({ ask, run, next = 0, signal, onView, onConnection = () => {}, sleep = wait }) {
  let written = 0;
  let waiting = 0;
  let failures = 0;
  while (!signal.aborted) {
    const asked = Date.now();
    let view;
    try {
      view = await ask({ run, next, written, waiting });
      if (!view?.events && !view?.problem) throw new Error("no answer"); // how Gradio's client reports a broken connection
    } catch {
      if (signal.aborted) return;
      onConnection(false);
      await sleep(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
      continue;
    }
    if (signal.aborted) return;
    if (failures) onConnection(true);
    failures = 0;
    onView({ ...view, reset: !view.problem && view.from !== next });
    next = view.next ?? next;
    written = view.live ? view.live.at + view.live.text.length : 0;
    waiting = view.waiting ?? 0;
    if (view.done || view.problem) return;
    await sleep(Math.max(0, INTERVAL_MS - (Date.now() - asked)));
  }
}

function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
