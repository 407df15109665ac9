// Follows one training log of the server: asks for what is new, again and again, until it is told to end. While a
// visitor's own training is followed the server knows that somebody looks at it.

const INTERVAL_MS = 250;
const RETRY_MS = [500, 1000, 2000, 5000];

/** Calls `onNews(news, points)` for each answer. Returns the controller that ends it. */
export function watchLog({ server, source, onNews, sleep = wait }) {
  const end = new AbortController();
  listen({ server, source, onNews, sleep, signal: end.signal });
  return end;
}

async function listen({ server, source, onNews, sleep, signal }) {
  let points = [];
  let state = null;
  let failures = 0;
  while (!signal.aborted) {
    let news = null;
    try {
      news = await server.look({ source, known: points.length, state });
      if (!news?.points && !news?.problem) throw new Error("no answer");
    } catch {
      await sleep(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
      continue;
    }
    if (signal.aborted) return;
    failures = 0;
    if (!news.problem) {
      points = [...points.slice(0, news.from), ...news.points];
      state = news.state;
    }
    onNews(news, points);
    if (news.problem) return;
    await sleep(INTERVAL_MS);
  }
}

function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
