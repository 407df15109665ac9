// Keeps a reader in peace: the page follows the live edge until the reader scrolls up or opens something, and offers
// the way back. Whoever is at the end again is followed again.

const NEAR = 140;

/** `after()` follows every update; `pill` is the button that brings the reader back to the live edge. */
export function createScroll(pill) {
  let reading = false;
  let following = true;
  let last = 0;
  const page = () => document.scrollingElement ?? document.documentElement;
  const atEnd = () => page().scrollHeight - page().scrollTop - window.innerHeight < NEAR;

  const scrolled = () => {
    const top = page().scrollTop;
    if (atEnd()) following = !reading;
    else if (top < last - 2) following = false;
    last = top;
    if (following) pill.hidden = true;
  };
  window.addEventListener("scroll", scrolled, { passive: true });
  pill.addEventListener("click", () => {
    reading = false;
    following = true;
    pill.hidden = true;
    toEnd();
  });

  function toEnd() {
    page().scrollTo({ top: page().scrollHeight, behavior: "instant" });
    last = page().scrollTop;
  }

  return {
    /** The reader opened something: nothing scrolls until they ask for it. */
    hold() {
      reading = true;
      following = false;
    },
    start(follow) {
      reading = false;
      following = follow;
      pill.hidden = true;
    },
    after(running) {
      if (following) toEnd();
      pill.hidden = following || !running;
    },
    close() { window.removeEventListener("scroll", scrolled); },
  };
}
