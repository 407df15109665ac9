// The only ways in which this page makes elements. Text from questions, models and tools becomes a text node,
// never markup; a link is a link only when it is plain http or https.

const HIDDEN_CHARACTERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const SVG = "http://www.w3.org/2000/svg";

/** Text with control and direction characters made visible, so that a result cannot disguise itself. */
export function visible(text) {
  return String(text ?? "").replace(/\r\n/g, "\n").replace(HIDDEN_CHARACTERS, (c) =>
    `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** An element from "tag.class.class" with attributes and children; strings become text nodes. */
export function h(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") node.addEventListener("click", value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  add(node, children);
  return node;
}

/** Appends nodes and texts; empty ones are left out. */
export function add(node, children) {
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child instanceof Node ? child : document.createTextNode(visible(child)));
  }
  return node;
}

/** Sets a text only where it is another one: a selection in it stays, and so does what a screen reader reads. */
export function change(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A text that grows: what stands there already stays, with a selection in it. */
export function grow(node, text) {
  const before = node.firstChild?.nodeType === Node.TEXT_NODE && node.childNodes.length === 1 ? node.firstChild.data : null;
  if (before !== null && text.startsWith(before)) node.firstChild.appendData(text.slice(before.length));
  else node.textContent = text;
}

/** Whether the reader has selected text in `node`. The range is asked: `isCollapsed` has the page laid out first. */
export function selectedIn(node) {
  const selected = document.getSelection();
  return Boolean(selected?.rangeCount && !selected.getRangeAt(0).collapsed && node.contains(selected.anchorNode));
}

/** A link that opens elsewhere, or plain text when the address is not http(s). */
export function link(label, address) {
  let url = null;
  try { url = new URL(address); } catch { /* not an address: stays text */ }
  if (!url || !["http:", "https:"].includes(url.protocol)) return h("span", {}, label);
  return h("a.af-link", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

/** A small line icon. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [k, v] of Object.entries({ viewBox: "0 0 24 24", class: "af-icon", "aria-hidden": "true" })) {
    svg.setAttribute(k, v);
  }
  for (const d of ICONS[name] ?? []) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

const ICONS = {
  question: ["M9 9a3 3 0 1 1 4.5 2.6c-.9.5-1.5 1.1-1.5 2.4", "M12 17.5v.01", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z"],
  planner: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "m15.5 8.5-2 5-5 2 2-5 5-2Z"],
  executor: ["M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v11a2.5 2.5 0 0 1-2.5 2.5h-11A2.5 2.5 0 0 1 4 17.5Z", "m8 9 3 3-3 3", "M13 15h3"],
  tool: ["M14.5 6.5a4 4 0 0 1 5-1.2l-2.6 2.6.4 1.8 1.8.4 2.1-2.1a4 4 0 0 1-5.3 5L9 20a2 2 0 0 1-3-3l7-6.9a4 4 0 0 1 1.5-3.6Z"],
  verifier: ["M12 3 5 6v5.5c0 4.3 2.9 7.6 7 9.5 4.1-1.9 7-5.2 7-9.5V6l-7-3Z", "m9 11.8 2.2 2.2 4-4.2"],
  generator: ["M4 20h4L19 9a2.8 2.8 0 0 0-4-4L4 16v4Z", "m13.5 6.5 4 4"],
  memory: ["m12 4 8 4-8 4-8-4 8-4Z", "m4 12 8 4 8-4", "m4 16 8 4 8-4"],
  check: ["m5 12.5 4.5 4.5L19 7.5"],
  again: ["M20 11a8 8 0 0 0-14.5-3.6L4 9", "M4 4v5h5", "M4 13a8 8 0 0 0 14.5 3.6L20 15", "M20 20v-5h-5"],
  alert: ["M12 4 2.8 19.5h18.4L12 4Z", "M12 10v4.5", "M12 17.2v.01"],
  stop: ["M7 7h10v10H7Z"],
  play: ["M8 5.5v13l10.5-6.5L8 5.5Z"],
  down: ["M12 5v14", "m6 13 6 6 6-6"],
  pause: ["M8.5 6v12", "M15.5 6v12"],
  step: ["M6 6v12l8.5-6L6 6Z", "M18 6v12"],
  fork: ["M7 4v16", "M7 9a6 6 0 0 0 6 6h5", "m15 12 3 3-3 3"],
  link: ["M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1", "M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1"],
  export: ["M12 15V4", "m7.5 8.5 4.5-4.5 4.5 4.5", "M5 14v5h14v-5"],
  import: ["M12 4v11", "m7.5 10.5 4.5 4.5 4.5-4.5", "M5 14v5h14v-5"],
  film: ["M4 6h16v12H4Z", "M8 6v12", "M16 6v12", "M4 12h4", "M16 12h4"],
  race: ["M5 21V4", "M5 5h13l-3 4 3 4H5"],
  screen: ["M4 5h16v11H4Z", "M9 20h6", "M12 16v4"],
  sun: ["M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z", "M12 3v2", "M12 19v2", "M3 12h2", "M19 12h2", "m5.6 5.6 1.4 1.4", "m17 17 1.4 1.4", "m18.4 5.6-1.4 1.4", "m7 17-1.4 1.4"],
  moon: ["M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z"],
  plus: ["M12 6v12", "M6 12h12"],
  minus: ["M6 12h12"],
  panel: ["M4 5h16v14H4Z", "M4 10h16", "M8 14h8"],
  cross: ["M6.5 6.5l11 11", "M17.5 6.5l-11 11"],
  breakpoint: ["M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10Z"],
  find: ["M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z", "m15.5 15.5 5 5"],
  lock: ["M6 11h12v9H6Z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  copy: ["M9 9h10v11H9Z", "M5 15V4h10"],
};
