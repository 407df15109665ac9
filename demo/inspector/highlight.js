// Marks words where they stand, without touching the page's elements: the browser paints ranges of text (CSS Custom
// Highlight API). A browser that cannot do it shows no marks, and everything else works.

const NAME = "af-find";
const PAUSE_MS = 150;
const MOST = 2000;

/** `show(words)` marks them in what is visible below `home`, again and again while that changes; "" takes marks away. */
export function createHighlight(home) {
  const known = globalThis.CSS?.highlights;
  let wanted = "";
  let timer = null;

  function mark() {
    timer = null;
    const ranges = wanted && home.isConnected ? rangesOf(home, wanted) : [];
    if (ranges.length) known.set(NAME, new Highlight(...ranges));
    else known.delete(NAME);
  }

  return {
    show(words) {
      const before = wanted;
      wanted = words.trim().toLowerCase();
      if (known && (wanted || before)) timer ??= setTimeout(mark, PAUSE_MS);
    },
  };
}

function rangesOf(home, words) {
  const walker = document.createTreeWalker(home, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) =>
    (node.nodeType === Node.TEXT_NODE ? NodeFilter.FILTER_ACCEPT : node.hidden ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP));
  const ranges = [];
  while (walker.nextNode() && ranges.length < MOST) ranges.push(...inText(walker.currentNode, words));
  return ranges;
}

function inText(node, words) {
  const text = node.data.toLowerCase();
  if (text.length !== node.data.length) return []; // its letters have other places then
  const ranges = [];
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
    const range = new Range();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    ranges.push(range);
  }
  return ranges;
}
