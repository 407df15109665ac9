// The waterfall: one lane a module, one bar a call, on the flow's clock or with equal steps; zoom, fit, live text.
// Layout is pure (`bars`, `ticks`); the view draws only the bars that are in sight, so that 500 turns stay quick.

import { allParts, ROLE_OF } from "./fold.js";
import { h, icon, visible } from "./dom.js";
import { seconds } from "./text.js";
import { t } from "./words.js";
import { nameOf } from "./names.js";

const LANES = [["planner", "Planner"], ["executor", "Executor"], ["tool", "Tool"], ["verifier", "Verifier"], ["generator", "Generator"]];
const LEAST_PX = 5;
const MOST_ZOOM = 400;
const STEP_PX = 16;

/** One bar a part: `{part, role, from, to}` in seconds of the flow, or in steps when `even`. */
export function bars(flow, now, even = false) {
  const origin = flow.started ?? 0;
  return allParts(flow).filter((part) => part.started !== null).map((part, i) => {
    const from = even ? i : part.started - origin;
    const to = even ? i + 0.86 : Math.max(from, (part.ended ?? (part.state === "running" ? now : part.started)) - origin);
    return { part, role: ROLE_OF[part.phase], from, to };
  });
}

/** Round marks for a clock of `total` seconds in about `count` steps. */
export function ticks(total, count) {
  if (!(total > 0)) return [];
  const raw = total / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw);
  return Array.from({ length: Math.floor(total / step + 1e-9) + 1 }, (_, i) => i * step);
}

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
  const view = { zoom: 1, even: false, version: "", bars: new Map(), marked: "" };
  const mode = button(t("Equal steps"), t("Every step as wide as any other, instead of the clock"), () => { view.even = !view.even; mode.setAttribute("aria-pressed", String(view.even)); fit(); });
  mode.setAttribute("aria-pressed", "false");
  const node = h("section.af-lanes", { "aria-label": t("Time, one lane a module") },
    h("div.af-lane-tools", {}, h("span.af-label", {}, t("Lanes")), mode,
      button("−", t("Zoom out"), () => zoomBy(0.5)), button("+", t("Zoom in"), () => zoomBy(2)), button(t("Fit"), t("Show the whole flow"), fit)),
    h("div.af-lane-body", {}, labels, port));
  home.append(node);

  function button(label, title, act) {
    return h("button.af-tool", { type: "button", title, "aria-label": title, onclick: act }, label);
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
  port.addEventListener("scroll", () => draw(true), { passive: true });
  new ResizeObserver(() => draw(true)).observe(port);

  function draw(force = false) {
    const flow = host.shown;
    const running = flow.status === null && host.at === null;
    const now = running ? Date.now() / 1000 : flow.latest ?? 0;
    const all = bars(flow, now, view.even);
    const version = [flow.next, view.even, running ? Math.floor(now * 5) : 0].join("|");
    if (!force && version === view.version) {
      mark();
      return drawLive();
    }
    view.version = version;
    const total = Math.max(view.even ? all.length : 0.001, ...all.slice(-8).map((bar) => bar.to));
    const width = Math.max(port.clientWidth, view.even ? all.length * STEP_PX * (view.zoom > 1 ? view.zoom : Math.min(1, port.clientWidth / (all.length * STEP_PX))) : port.clientWidth * view.zoom);
    track.parentNode.style.width = view.zoom === 1 ? "100%" : `${width}px`;
    const px = (track.clientWidth - LEAST_PX * 2) / total;
    const [left, right] = [port.scrollLeft - 60, port.scrollLeft + port.clientWidth + 60];
    const drawn = new Map(LANES.map(([role]) => [role, []]));
    view.bars.clear();
    const ends = {};
    for (const bar of all) {
      const [x, w] = [bar.from * px, Math.max(LEAST_PX, (bar.to - bar.from) * px - 1)];
      if (x + w < left || x > right || (x + w < (ends[bar.role] ?? -1) + 1 && !chosen(bar.part))) continue;
      ends[bar.role] = x + w;
      const node = barNode(bar, x, w);
      view.bars.set(`${bar.part.turn}|${bar.part.phase}`, node);
      drawn.get(bar.role).push(node);
    }
    for (const [role, row] of rows) row.replaceChildren(...drawn.get(role));
    view.marked = host.selection ? `${host.selection.turn}|${host.selection.phase}` : "";
    drawScale(total, px, left, right);
    drawLive();
  }

  /** Moves the mark of the selection; a bar that was left out for want of room is drawn for it. */
  function mark() {
    const key = host.selection ? `${host.selection.turn}|${host.selection.phase}` : "";
    if (key === view.marked) return;
    if (key && !view.bars.has(key)) return draw(true);
    view.bars.get(view.marked)?.setAttribute("aria-pressed", "false");
    view.bars.get(key)?.setAttribute("aria-pressed", "true");
    view.marked = key;
  }

  function drawScale(total, px, left, right) {
    const marks = view.even ? [] : ticks(total, Math.max(2, track.clientWidth / 90));
    scale.replaceChildren(...marks.filter((s) => s * px > left && s * px < right).map((s) => {
      const mark = h("span.af-tick", {}, s === 0 ? "0" : seconds(s));
      mark.style.left = `${s * px}px`;
      return mark;
    }));
  }

  function drawLive() {
    const writing = host.at === null ? host.live : null;
    for (const [role, node] of live) {
      const mine = writing && ROLE_OF[writing.phase] === role;
      node.hidden = !mine;
      if (mine) node.textContent = visible(writing.text.slice(-90)).replace(/\s+/g, " ");
    }
  }

  function chosen(part) {
    return host.selection?.turn === part.turn && host.selection?.phase === part.phase;
  }

  function barNode({ part, role }, x, w) {
    const verdict = part.phase === "verify" && part.value ? (part.value.stop ? "STOP" : "CONTINUE") : "";
    const node = h("button.af-span", { type: "button", tabindex: "-1", "data-role": role, "data-state": part.failures.length ? "failed" : part.state,
      "aria-pressed": String(chosen(part)), title: said(part, verdict), "aria-label": said(part, verdict), "data-verdict": verdict,
      onclick: () => host.select(part) },
      verdict && w > 13 ? icon(part.value.stop ? "check" : "again") : part.state === "failed" || part.failures.length || part.value?.result?.error ? (w > 13 ? icon("alert") : null) : w > 34 ? h("span", {}, part.turn || "") : null);
    node.style.cssText = `left:${x.toFixed(1)}px;width:${w.toFixed(1)}px`;
    return node;
  }

  host.on("change", () => draw());
  host.on("restart", () => { view.zoom = 1; view.version = ""; });
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
