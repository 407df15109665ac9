// The waterfall: one lane a module, one bar a call, on the flow's clock or with equal steps; zoom, fit, live text, sums.
// Only the bars that are in sight are there, so that 500 turns stay quick; a bar that is there stays the same element.

import { ownTime, ROLE_OF } from "./fold.js";
import { change, h, icon, visible } from "./dom.js";
import { bars, ticks, totals, usage } from "./lanes_plan.js";
import { seconds } from "./text.js";
import { language, t } from "./words.js";
import { nameOf } from "./names.js";

const LANES = [["planner", "Planner"], ["executor", "Executor"], ["tool", "Tool"], ["verifier", "Verifier"], ["generator", "Generator"]];
const LEAST_PX = 5;
const MOST_ZOOM = 400;
const STEP_PX = 16;
const ROOM = { icon: 13, turn: 34, tokens: 84 };

/** Puts the lanes into their region and keeps them up to date. */
export function mountLanes(host, home) {
  const track = h("div.af-lane-track", {});
  const rows = new Map(LANES.map(([role]) => [role, h("div.af-lane-row", { "data-role": role })]));
  const live = new Map(LANES.map(([role]) => [role, h("span.af-lane-live", { hidden: true, "aria-hidden": "true" })]));
  const scale = h("div.af-lane-scale", { "aria-hidden": "true" });
  const port = h("div.af-lane-port", { tabindex: "-1" }, h("div.af-lane-inner", {}, scale, track));
  for (const [role, row] of rows) track.append(h("div.af-lane", { "data-role": role }, row, live.get(role)));
  const labels = h("ul.af-lane-labels", { "aria-hidden": "true" }, h("li", {}, ""), LANES.map(([role, name]) =>
    h("li", { "data-role": role }, icon(role), h("span", {}, t(name)))));
  const sums = totalsTable();
  const view = { zoom: 1, even: false, version: "", bars: new Map(), room: 0, left: 0 }; // `room` and `left` are the port's width and place
  const mode = button(t("Equal steps"), t("Every step as wide as any other, instead of the clock"), () => { view.even = !view.even; mode.setAttribute("aria-pressed", String(view.even)); fit(); });
  mode.setAttribute("aria-pressed", "false");
  const node = h("section.af-lanes", { "aria-label": t("Time, one lane a module") },
    h("div.af-lane-tools", {}, h("span.af-label", {}, t("Lanes")), mode,
      button(icon("minus"), t("Zoom out"), () => zoomBy(0.5)), button(icon("plus"), t("Zoom in"), () => zoomBy(2)), button(t("Fit"), t("Show the whole flow"), fit)),
    h("div.af-lane-body", {}, labels, port, sums.node));
  home.append(node);

  /** The name of a button holds the words that are seen on it. */
  function button(face, title, act) {
    return h("button.af-tool", { type: "button", title, "aria-label": typeof face === "string" ? `${face}: ${title}` : title, onclick: act }, face);
  }

  function zoomBy(factor, at = 0.5) {
    const before = (port.scrollLeft + at * port.clientWidth) / port.scrollWidth;
    view.zoom = Math.min(MOST_ZOOM, Math.max(1, view.zoom * factor));
    draw(true);
    port.scrollLeft = before * port.scrollWidth - at * port.clientWidth;
  }

  function fit() {
    view.zoom = 1;
    draw(true);
  }

  port.addEventListener("wheel", (e) => {
    if (!e.ctrlKey && !e.metaKey) return;
    e.preventDefault();
    zoomBy(e.deltaY < 0 ? 1.25 : 0.8, (e.clientX - port.getBoundingClientRect().left) / port.clientWidth);
  }, { passive: false });
  port.addEventListener("scroll", () => { view.left = port.scrollLeft; draw(true); }, { passive: true });
  new ResizeObserver(() => { view.room = port.clientWidth; draw(true); }).observe(port);

  function draw(force = false) {
    const flow = host.shown;
    const running = flow.status === null && host.at === null;
    const now = running ? ownTime(flow, Date.now() / 1000) : flow.latest ?? 0;
    const version = [flow.next, view.even, running ? Math.floor(now * 5) : 0, keyOf(host.selection)].join("|");
    drawLive();
    if (!force && version === view.version) return;
    view.version = version;
    drawBars(bars(flow, now, view.even));
    sums.draw(flow);
  }

  function drawBars(all) {
    const total = Math.max(view.even ? all.length : 0.001, ...all.slice(-8).map((bar) => bar.to));
    const width = view.zoom === 1 ? view.room : Math.max(view.room, view.zoom * (view.even ? all.length * STEP_PX : view.room));
    track.parentNode.style.width = view.zoom === 1 ? "100%" : `${width}px`;
    const px = (width - LEAST_PX * 2) / total;
    const [left, right] = [view.left - 60, view.left + view.room + 60];
    const gone = new Set(view.bars.keys());
    const ends = {};
    for (const bar of all) {
      const [x, w] = [bar.from * px, Math.max(LEAST_PX, (bar.to - bar.from) * px - 1)];
      const key = keyOf(bar.part);
      if (x + w < left || x > right || (x + w < (ends[bar.role] ?? -1) + 1 && key !== keyOf(host.selection))) continue;
      ends[bar.role] = x + w;
      gone.delete(key);
      drawBar(key, bar, x, w);
    }
    for (const key of gone) {
      view.bars.get(key).node.remove();
      view.bars.delete(key);
    }
    drawScale(total, width, px, left, right);
  }

  function drawBar(key, bar, x, w) {
    let known = view.bars.get(key);
    if (!known) {
      known = { node: h("button.af-span", { type: "button", tabindex: "-1", "data-role": bar.role, onclick: () => host.select(bar.part) }), face: "" };
      view.bars.set(key, known);
      rows.get(bar.role).append(known.node);
    }
    known.node.style.left = `${x.toFixed(1)}px`;
    known.node.style.width = `${w.toFixed(1)}px`;
    known.node.setAttribute("aria-pressed", String(key === keyOf(host.selection)));
    const room = Object.values(ROOM).filter((least) => w > least).length;
    const face = [bar.part.state, bar.part.seq, bar.part.failures.length, bar.part.ended, room].join("|");
    if (face !== known.face) paint(known.node, bar.part, w);
    known.face = face;
  }

  function drawScale(total, width, px, left, right) {
    const marks = (view.even ? [] : ticks(total, Math.max(2, width / 90))).filter((s) => s * px > left && s * px < right);
    while (scale.childElementCount > marks.length) scale.lastChild.remove();
    marks.forEach((s, i) => {
      const mark = scale.children[i] ?? scale.appendChild(h("span.af-tick", {}));
      change(mark, s === 0 ? "0" : seconds(s));
      mark.style.left = `${s * px}px`;
    });
  }

  function drawLive() {
    const writing = host.at === null ? host.live : (host.typed ?? null);
    for (const [role, node] of live) {
      const mine = Boolean(writing?.text) && ROLE_OF[writing.phase] === role;
      node.hidden = !mine;
      if (mine) change(node, visible(writing.text.slice(-90)).replace(/\s+/g, " "));
    }
  }

  host.on("change", () => draw());
  host.on("restart", () => {
    for (const { node: bar } of view.bars.values()) bar.remove();
    Object.assign(view, { zoom: 1, version: "", bars: new Map() });
  });
}

function keyOf(part) {
  return part ? `${part.turn}|${part.phase}` : "";
}

/** What stands on a bar as far as there is room: verdict or failure, else turn and tokens; the whole in its name. */
function paint(node, part, w) {
  const verdict = part.phase === "verify" && part.value ? (part.value.stop ? "STOP" : "CONTINUE") : "";
  const failed = part.state === "failed" || part.failures.length > 0 || Boolean(part.value?.result?.error);
  const words = said(part, verdict);
  node.dataset.state = part.failures.length ? "failed" : part.state;
  node.dataset.verdict = verdict;
  node.title = words;
  node.setAttribute("aria-label", words);
  const mark = verdict ? icon(part.value.stop ? "check" : "again") : failed ? icon("alert") : null;
  const { written } = usage(part);
  node.replaceChildren(...[
    mark && w > ROOM.icon ? mark : null,
    !mark && part.turn && w > ROOM.turn ? h("span", {}, String(part.turn)) : null,
    written && w > ROOM.tokens ? h("span.af-span-tokens", {}, t("{n} tok", { n: written.toLocaleString(language()) })) : null,
  ].filter(Boolean));
}

function said(part, verdict) {
  const call = part.call?.completion;
  return [
    part.turn ? t("Turn {n}", { n: part.turn }) : "", nameOf(part.phase), verdict,
    part.started !== null && part.ended !== null ? seconds(part.seconds ?? part.ended - part.started) : "",
    call ? t("{read} + {written} tokens", { read: call.prompt_tokens, written: call.completion_tokens }) : "",
    part.failures.length ? t("unreadable text") : "",
  ].filter(Boolean).join(" · ");
}

/** What each module has used, a row beside its lane; on a narrow page below the lanes, opened on demand. */
function totalsTable() {
  const cells = new Map(LANES.map(([role]) => [role, [h("td", {}), h("td", {}), h("td", {})]]));
  const table = h("table.af-totals-table", {},
    h("thead", {}, h("tr", {}, h("td", {}), [t("time"), t("tokens"), t("tok/s")].map((title) => h("th", { scope: "col" }, title)))),
    h("tbody", {}, LANES.map(([role, name]) => h("tr", { "data-role": role }, h("th", { scope: "row" }, h("span", {}, t(name))), cells.get(role)))));
  const open = globalThis.matchMedia?.("(min-width: 961px)").matches ?? true;
  const node = h("details.af-totals-box", { open }, h("summary.af-muted", {}, t("Time and tokens of each module")), table);

  function draw(flow) {
    const sums = totals(flow);
    for (const [role, [time, tokens, rate]] of cells) {
      const sum = sums.get(role);
      change(time, sum ? seconds(sum.seconds) : "");
      change(tokens, sum && (sum.read || sum.written) ? `${sum.read.toLocaleString(language())} + ${sum.written.toLocaleString(language())}` : "");
      change(rate, sum?.rate ? Math.round(sum.rate).toLocaleString(language()) : "");
    }
  }

  return { node, draw };
}
