// Keeps a reader in peace: the page follows the live edge until the reader scrolls up, opens something or selects text,
// and then offers the way back. Whoever is at the end again is followed again.

import { change } from "./dom.js";
import { t, tn } from "./words.js";

const NEAR = 140;

/** `after()` follows every update; `pill` brings the reader back to the live edge and says how much is new there. */
export function createScroll(pill) {
  const words = pill.lastChild;
  let painted = true;
  let reading = false;
  let following = true;
  let last = 0;
  let fresh = 0;
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
    start(true);
    toEnd();
  });

  function toEnd() {
    page().scrollTo({ top: page().scrollHeight, behavior: "instant" });
    last = page().scrollTop;
  }

  function start(follow) {
    reading = false;
    following = follow;
    fresh = 0;
    pill.hidden = true;
  }

  return {
    start,
    /** All that is shown gives way to another flow: until a frame has shown some of it, nobody reads it. */
    blank() {
      painted = false;
      requestAnimationFrame(() => requestAnimationFrame(() => { painted = true; }));
    },
    /** The reader opened or selected something: nothing scrolls until they ask for it. */
    hold() {
      reading = true;
      following = false;
    },
    /** Something happened at the live edge. */
    news() {
      if (!following) fresh += 1;
    },
    after(running) {
      if (following) {
        fresh = 0;
        toEnd();
      }
      pill.hidden = following || !running;
      change(words, fresh ? tn(fresh, "{n} new, back to live", "{n} new, back to live") : t("Back to live"));
    },
    /** Brings something into sight for one who follows; one who reads is left in peace. */
    glance(node) {
      if (!following) return;
      node.scrollIntoView({ block: "nearest" });
      last = page().scrollTop;
    },
    /**
     * Draws with what the reader looks at staying where it is. The browser would hold the first thing in the window, which
     * often stands above what grows; it holds nothing at the top of the page, and Safari nowhere.
     */
    steady(draw) {
      if (following || !painted) {
        draw();
        return;
      }
      const held = lookedAt().map((node) => ({ node, top: topOf(node) }));
      page().style.overflowAnchor = "none";
      draw();
      const kept = held.find(({ node }) => node.isConnected);
      const moved = kept ? topOf(kept.node) - kept.top : 0;
      if (moved) page().scrollBy({ top: moved, behavior: "instant" }); // by nothing, it would end a smooth scroll under way
      page().style.overflowAnchor = "";
      last = page().scrollTop;
    },
    close() { window.removeEventListener("scroll", scrolled); },
  };
}

function topOf(node) {
  return node.getBoundingClientRect().top;
}

/** The element with the selected text, else the one in the middle of the window; then what it stands in, in turn. */
function lookedAt() {
  const selected = document.getSelection();
  const read = selected && !selected.isCollapsed;
  let node = read ? selected.anchorNode.parentElement : document.elementFromPoint(window.innerWidth / 3, window.innerHeight / 2);
  const nodes = [];
  for (; node; node = node.parentElement) nodes.push(node);
  return nodes;
}
