// One drawing of some series over the steps, as SVG: lines, their 95% intervals, the chosen step. Made anew for each
// change: a training has few points.

import { h } from "../inspector/dom.js";
import { figure, scale, stepTicks, stretches, tickText, ticks } from "./scale.js";
import { t } from "../inspector/words.js";

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { left: 38, right: 10, top: 8, bottom: 22 };
const DOTS = 80;

function s(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/**
 * A chart of `series`, each {key, label, interval, tone}. `most` is the top of the scale, null for the data's own.
 * `onStep(step)` is called when the reader points at a step and clicks.
 */
export function createChart({ title, note, series, most = null, height, onStep }) {
  const legend = h("p.at-legend", {});
  const drawing = h("div.at-drawing", {});
  const head = h("figcaption.at-chart-head", {}, h("h4", {}, title), legend, note && h("p.at-chart-note", {}, note));
  const node = h("figure.at-chart", {}, head, drawing);
  let shown = { points: [], first: 0, last: 1, chosen: null };
  let hovered = null;

  function draw(state = shown) {
    shown = state;
    const width = drawing.clientWidth || 300;
    const has = shown.points.some((point) => series.some(({ key }) => known(point[key])));
    node.toggleAttribute("data-empty", !has);
    node.hidden = !has && state.final;
    drawing.replaceChildren(picture(width));
    say();
  }

  function picture(width) {
    const { points, first, last, chosen } = shown;
    const values = points.flatMap((p) => series.flatMap(({ key, interval }) => [p[key], p[interval]?.[1]])).filter(known);
    const rows = ticks(most ?? Math.max(0, ...values), height > 150 ? 4 : 2);
    const x = scale(first, last, MARGIN.left, width - MARGIN.right);
    const y = scale(0, rows.at(-1), height - MARGIN.bottom, MARGIN.top);
    const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": summary(points) });
    for (const row of rows) {
      svg.append(s("line", { class: "at-grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(row), y2: y(row) }));
      svg.append(s("text", { class: "at-tick", x: MARGIN.left - 7, y: y(row) + 4, "text-anchor": "end" }, tickText(row)));
    }
    for (const step of stepTicks(first, last, width - MARGIN.left)) {
      svg.append(s("text", { class: "at-tick", x: x(step), y: height - 5, "text-anchor": "middle" }, String(step)));
    }
    const marked = hovered ?? chosen;
    if (marked !== null) {
      const where = { x1: x(marked), x2: x(marked), y1: MARGIN.top, y2: height - MARGIN.bottom };
      svg.append(s("line", { class: hovered === null ? "at-chosen" : "at-chosen at-hovered", ...where }));
    }
    for (const one of series) svg.append(...lines(one, points, x, y, marked));
    listen(svg, width);
    return svg;
  }

  function lines({ key, interval, tone }, points, x, y, marked) {
    const made = [];
    for (const stretch of stretches(points, key)) {
      const banded = interval ? stretch.filter((p) => p[interval]) : [];
      if (banded.length > 1) {
        const upper = banded.map((p) => `${x(p.step)},${y(p[interval][1])}`);
        const lower = banded.map((p) => `${x(p.step)},${y(p[interval][0])}`).reverse();
        made.push(s("polygon", { class: "at-band", "data-tone": tone, points: [...upper, ...lower].join(" ") }));
      }
      if (banded.length === 1) {
        const [p] = banded;
        made.push(s("line", { class: "at-whisker", "data-tone": tone, x1: x(p.step), x2: x(p.step), y1: y(p[interval][0]), y2: y(p[interval][1]) }));
      }
      const path = stretch.map((p) => `${x(p.step)},${y(p[key])}`).join(" ");
      made.push(s("polyline", { class: "at-line", "data-tone": tone, points: path }));
      for (const p of stretch) {
        if (points.length > DOTS && p.step !== marked) continue;
        made.push(s("circle", { class: "at-dot", "data-tone": tone, cx: x(p.step), cy: y(p[key]), r: p.step === marked ? 4.5 : 2.8 }));
      }
    }
    return made;
  }

  function listen(svg, width) {
    const nearest = (event) => {
      const box = svg.getBoundingClientRect();
      const at = ((event.clientX - box.left) / box.width) * width;
      const x = scale(shown.first, shown.last, MARGIN.left, width - MARGIN.right);
      const distance = (p) => Math.abs(x(p.step) - at);
      return shown.points.reduce((best, p) => (best === null || distance(p) < distance(best) ? p : best), null)?.step ?? null;
    };
    svg.addEventListener("pointermove", (event) => hover(nearest(event)));
    svg.addEventListener("pointerleave", () => hover(null));
    svg.addEventListener("click", (event) => { const step = nearest(event); if (step !== null) onStep(step); });
  }

  function hover(step) {
    if (step === hovered) return;
    hovered = step;
    draw();
  }

  /** The figures of the step that is pointed at or chosen, else of the newest. */
  function say() {
    const marked = hovered ?? shown.chosen;
    legend.replaceChildren(...series.map(({ key, label, interval, tone }) => {
      const having = shown.points.filter((p) => known(p[key]));
      const point = having.find((p) => p.step === marked) ?? (marked === null ? having.at(-1) : undefined);
      const range = point?.[interval];
      return h("span.at-key", { "data-tone": tone }, label && h("span.at-key-name", {}, label),
        h("b", {}, figure(point?.[key])),
        range && h("span.at-range", {}, `${figure(range[0])} – ${figure(range[1])}`));
    }));
  }

  function summary(points) {
    const parts = series.map(({ key, label }) => {
      const having = points.filter((p) => known(p[key]));
      if (!having.length) return "";
      const [a, b] = [having[0], having.at(-1)];
      return t("{name}: {first} at step {from}, {last} at step {to}", { name: label || title, first: figure(a[key]), from: a.step, last: figure(b[key]), to: b.step });
    });
    return parts.filter(Boolean).join("; ") || t("{name}: nothing yet", { name: title });
  }

  new ResizeObserver(() => draw()).observe(drawing);
  return { node, draw };
}

function known(value) {
  return value !== null && value !== undefined;
}
