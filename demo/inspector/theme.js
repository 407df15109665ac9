// The page's theme: as the system has it, light or dark, remembered by this browser. Gradio itself knows the system's and
// `?__theme=`, which is stronger than what is remembered until the visitor chooses anew.

import { h, icon } from "./dom.js";
import { t } from "./words.js";

const PLACE = "agentflow.theme";
const CHOICES = [["system", "screen", "System theme"], ["light", "sun", "Light theme"], ["dark", "moon", "Dark theme"]];

/** Puts the switch into the page's header. */
export function mountTheme(host) {
  const buttons = CHOICES.map(([name, mark, title]) => h("button.af-theme-choice", { type: "button", title: t(title), "aria-label": t(title), "data-theme": name, onclick: () => choose(name) }, icon(mark)));
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = begun();

  document.querySelector("#af-header .af-top")?.append(h("div.af-theme", { role: "group", "aria-label": t("Theme") }, buttons));
  system.addEventListener("change", draw);
  host.on("close", () => system.removeEventListener("change", draw));
  draw();

  function choose(name) {
    chosen = name;
    try { localStorage.setItem(PLACE, name); } catch { /* private browsing: the page remembers */ }
    forgetAddress();
    draw();
  }

  function draw() {
    const dark = chosen === "dark" || (chosen === "system" && system.matches);
    document.body.classList.toggle("dark", dark);
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.theme === chosen)));
  }
}

/** What the address says, else what was chosen before. */
function begun() {
  let kept = null;
  try { kept = localStorage.getItem(PLACE); } catch { /* private browsing */ }
  const asked = new URL(location.href).searchParams.get("__theme");
  return [asked, kept].find((one) => CHOICES.some(([name]) => name === one)) ?? "system";
}

function forgetAddress() {
  const url = new URL(location.href);
  url.searchParams.delete("__theme");
  history.replaceState(history.state, "", url);
}
