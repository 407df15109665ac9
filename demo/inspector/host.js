// What the inspector's modules share: the run that is shown, its events, the moment that is looked at, the selection.
// Knows no Gradio and no server; `inspector.js` feeds it and documents its contract.

import { apply, emptyFlow } from "./fold.js";
import { h } from "./dom.js";

const REGIONS = ["top", "welcome", "toolbar", "scrubber", "stage", "side", "answer"];

/** Makes the host; `server` and `trigger` are Gradio's, handed on to the modules. */
export function createHost({ server = {}, trigger = () => {} } = {}) {
  const listeners = new Map();
  const host = {
    server, trigger,
    regions: Object.fromEntries(REGIONS.map((name) => [name, h("div.af-region", { "data-region": name })])),
    keys: [],
    run: null, source: null, fetchEvent: null, earned: null, connected: true, waiting: 0,
    events: [], flow: emptyFlow(), shown: emptyFlow(), at: null, live: null, selection: null,

    on(kind, listener) {
      if (!listeners.has(kind)) listeners.set(kind, new Set());
      listeners.get(kind).add(listener);
      return () => listeners.get(kind).delete(listener);
    },
    emit(kind, detail) {
      for (const listener of [...(listeners.get(kind) ?? [])]) listener(detail);
    },
    key(keys, does, act) {
      host.keys.push({ keys: [keys].flat(), does, act });
    },

    /** Forgets the events: another run is shown, or the server knows less than this page did. */
    restart() {
      Object.assign(host, { events: [], flow: emptyFlow(), live: null, at: null, waiting: 0, selection: null });
      host.shown = host.flow;
      host.emit("restart");
    },
    take(events) {
      for (const event of events) {
        if (event.seq < host.flow.next) continue;
        host.events.push(event);
        apply(host.flow, event);
        host.emit("event", event);
      }
    },
    changed() {
      host.emit("change");
      host.emit("drawn");
    },
    rewind(seq) {
      const last = host.events.at(-1)?.seq ?? -1;
      host.at = seq === null || seq === undefined ? null : Math.max(0, Math.min(seq, last));
      host.shown = host.at === null ? host.flow : foldTo(host.shown === host.flow ? emptyFlow() : host.shown, host.at);
      host.changed();
    },
    select(part, { by = "reader" } = {}) {
      host.selection = part && { turn: part.turn, phase: part.phase };
      host.emit("select", { ...host.selection, by });
      host.changed();
    },
  };
  host.shown = host.flow;

  /** The state after event `seq`: forward from `from` where that is possible, else from the beginning. */
  function foldTo(from, seq) {
    const flow = from.next <= seq + 1 ? from : emptyFlow();
    for (let i = indexAfter(flow.next); i < host.events.length && host.events[i].seq <= seq; i += 1) apply(flow, host.events[i]);
    return flow;
  }

  function indexAfter(next) {
    if (host.events[next]?.seq === next) return next;
    const found = host.events.findIndex((event) => event.seq >= next);
    return found < 0 ? host.events.length : found;
  }

  return host;
}
