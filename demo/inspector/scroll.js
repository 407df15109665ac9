// Keeps a reader in peace: the page follows the live edge only while the reader is at it, and says so when not.

const NEAR = 140;

/** `before()` and `after()` surround an update; `pill` is the button that brings the reader back to the live edge. */
export function createScroll(pill) {
  let reading = false;
  let stick = true;
  const page = () => document.scrollingElement ?? document.documentElement;
  const atEnd = () => page().scrollHeight - page().scrollTop - window.innerHeight < NEAR;

  const scrolled = () => {
    if (!reading && atEnd()) pill.hidden = true;
  };
  window.addEventListener("scroll", scrolled, { passive: true });
  pill.addEventListener("click", () => {
    reading = false;
    page().scrollTo({ top: page().scrollHeight });
    pill.hidden = true;
  });

  return {
    /** The reader opened something: nothing scrolls until they ask for it. */
    hold() { reading = true; },
    start() {
      reading = false;
      pill.hidden = true;
    },
    before() { stick = !reading && atEnd(); },
    after(running) {
      if (stick) page().scrollTo({ top: page().scrollHeight });
      pill.hidden = stick || !running || (!reading && atEnd());
    },
    close() { window.removeEventListener("scroll", scrolled); },
  };
}
