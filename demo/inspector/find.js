// Finding words in the run that is shown: "/" opens the field, Enter goes to the next place, Shift+Enter back.

import { h, icon } from "./dom.js";
import { partOfEvent, told } from "./told.js";
import { t } from "./words.js";

/** The parts whose texts hold `words`, in the order of the flow. Pure. */
export function find(events, words) {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  return events.flatMap((event) => {
    const place = partOfEvent(event);
    const line = place && told(event);
    return line && `${line.title}\n${line.text}`.toLowerCase().includes(wanted) ? [place] : [];
  });
}

/** Adds the field to `tools`. */
export function mountFind(host, tools) {
  const field = h("input.af-find-field", { type: "search", placeholder: t("Find in this run"), "aria-label": t("Find in this run") });
  const count = h("span.af-find-count", { role: "status" });
  tools.append(h("label.af-find", {}, icon("find"), field, count));
  let [places, at] = [[], -1];

  function search() {
    places = find(host.events, field.value);
    at = -1;
    count.textContent = field.value.trim() ? t("{n} found", { n: places.length }) : "";
  }

  function go(step) {
    if (!places.length) return;
    at = (at + step + places.length) % places.length;
    count.textContent = `${at + 1} / ${places.length}`;
    host.select(places[at], { by: "find" });
  }

  field.addEventListener("input", search);
  field.addEventListener("keydown", (e) => {
    if (e.key === "Enter") {
      e.preventDefault();
      if (at < 0) search();
      go(e.shiftKey ? -1 : 1);
    } else if (e.key === "Escape") field.blur();
  });
  host.key("/", t("Find in this run"), () => {
    field.focus();
    field.select();
  });
  host.on("restart", () => {
    field.value = "";
    search();
  });
}
