// The Training tab inside its gr.HTML: wires server, sources, curves, groups, live training and try-out together.
// The component's value is the server's answer to a button: {job}, {tried: {before, after}} or {problem}.

import { h } from "../inspector/dom.js";
import { createCurves, emptyView } from "./curves.js";
import { createGroups } from "./groups.js";
import { createLive, OVER } from "./live.js";
import { createTryout } from "./tryout.js";
import { watchLog } from "./watch.js";
import { ZH } from "./zh.js";
import { chooseLanguage, fromServer, language, t } from "../inspector/words.js";

const REMEMBERED = "agentflow-training";
const UPLOAD_BYTES = 800_000;
const EMPTY = "No training to show yet. Start one above, or open the metrics.jsonl of one of yours: its curves are drawn here.";
const INTRO = "Flow-GRPO lets the whole team answer each question several times, rewards the flows that end with the right answer, and "
  + "makes the planner's choices in the better ones more likely. The other modules stay as they are.";
const SILENT = "The server does not answer: try again in a moment.";
const BEGINNING = "The curve begins with the accuracy of the untrained planner, in some seconds.";

/** Starts the tab in `element`. */
export function mount({ element, props, server, watch, trigger }) {
  const root = element.querySelector(".at");
  root.lang = chooseLanguage(navigator.languages ?? [navigator.language], { zh: ZH });
  root.setAttribute("aria-label", t("Training"));
  const curves = createCurves({ onStep: showStep });
  const groups = createGroups({ onOpen: (run) => open(source, run) });
  const live = createLive({
    onTrain: (steps) => { live.tell(""); trigger("train", { steps }); },
    onStop: () => server.stop({ job }),
  });
  const tryout = createTryout({
    server, onAsk: (question) => trigger("tryout", { job, question }), onOpen: (run) => open("run", run),
  });
  const chooser = h("select.at-source", { "aria-label": t("Training log") });
  const file = h("input", { type: "file", accept: ".jsonl,.json,.txt", hidden: true, "aria-label": t("A metrics.jsonl of yours"), tabindex: -1 });
  const upload = h("button.af-button", { type: "button", onclick: () => file.click() }, t("Open a metrics.jsonl …"));
  const pulse = h("span.at-pulse", { hidden: true }, h("i.af-pulse", {}), t("live"));
  const problem = h("p.at-problem", { role: "alert" });
  const empty = emptyView(t(EMPTY));

  let job = sessionStorage.getItem(REMEMBERED);
  let jobState = null;
  let jobPoints = [];
  let jobWatch = null;
  let source = null;
  let sourceWatch = null;
  let own = null; // the visitor's file: {name, points}
  let offered = null;
  let seen = false;

  root.append(
    h("header.at-intro", {}, h("h2", {}, t("The planner learns in the flow")),
      h("p.af-muted", {}, t(INTRO))),
    live.node, tryout.node,
    h("section.at-log", { "aria-label": t("Curves") },
      h("div.at-log-head", {}, h("h3", {}, t("Curves")), pulse, chooser, upload, file), problem, empty, curves.node, groups.node));

  chooser.addEventListener("change", () => choose(chooser.value));
  file.addEventListener("change", () => { if (file.files[0]) take(file.files[0]); file.value = ""; });

  // --- which log ---

  async function start() {
    seen = true;
    if (job) followJob();
    try {
      offered = await server.sources({});
    } catch {
      offered = null;
    }
    if (!offered?.steps) {
      seen = false;
      problem.textContent = t("The server does not answer: open this view again in a moment.");
      return;
    }
    problem.textContent = "";
    live.offer(offered);
    list();
    const first = job ? `job:${job}` : chooser.options[0]?.value;
    if (first && source === null) choose(first);
  }

  function list() {
    const options = [
      job && [`job:${job}`, t("Your training")],
      own && ["own", t("Your file {name}", { name: own.name })],
      ...(offered?.runs ?? []).map((run) => [`run:${run.name}`, run.live ? `${run.name} (${t("live")})` : run.name]),
      offered?.shipped && ["shipped", t("How the bundled planner was trained")],
    ].filter(Boolean);
    chooser.replaceChildren(...options.map(([value, label]) => h("option", { value }, label)));
    chooser.hidden = options.length === 0;
    if (source) chooser.value = source;
  }

  function choose(chosen) {
    source = chosen;
    chooser.value = chosen;
    sourceWatch?.abort();
    sourceWatch = null;
    problem.textContent = "";
    curves.clear();
    groups.say("");
    if (chosen === "own") drawLog(own.points, {});
    else if (chosen === `job:${job}`) drawJob();
    else {
      drawLog([], {});
      sourceWatch = watchLog({ server, source: chosen, onNews: (news, points) => {
        if (source !== chosen) return;
        problem.textContent = fromServer(news.problem);
        drawLog(points, { live: news.live });
      } });
    }
  }

  function drawLog(points, { last = 0, final = true, live: now = false }) {
    pulse.hidden = !now;
    empty.hidden = points.length > 0;
    empty.querySelector("p").textContent = t(now ? BEGINNING : EMPTY);
    curves.draw({ points, last, final: final && !now });
  }

  async function take(chosen) {
    if (chosen.size > UPLOAD_BYTES) {
      problem.textContent = t("{name} is too large: at most {most} bytes are taken.", { name: chosen.name, most: UPLOAD_BYTES.toLocaleString(language()) });
      return;
    }
    const answer = await chosen.text().then((text) => server.read({ text })).catch(() => null);
    if (!answer?.points) {
      problem.textContent = answer?.problem ? `${chosen.name}: ${fromServer(answer.problem)}` : t(SILENT);
      return;
    }
    own = { name: chosen.name, points: answer.points };
    list();
    choose("own");
  }

  // --- one step ---

  async function showStep(step) {
    const asked = source;
    if (asked === "own") {
      groups.say(t("A file holds the curves only. The flows of a step are kept beside it, in the run's folder."));
      return;
    }
    groups.say(t("Fetching the flows …"));
    const answer = await server.step({ source: asked, step }).catch(() => null);
    if (source !== asked || curves.chosen !== step) return;
    if (answer?.groups?.length) groups.show(step, answer);
    else groups.say(answer?.problem ? fromServer(answer.problem) : t(answer?.groups ? "No flow of this step is in the log." : SILENT));
  }

  function open(from, run) {
    trigger("open_flow", { source: from, run, step: curves.chosen });
    location.hash = "#flow";
    window.scrollTo({ top: 0 });
  }

  // --- a training of one's own ---

  function followJob() {
    jobWatch?.abort();
    jobState = null;
    jobPoints = [];
    jobWatch = watchLog({ server, source: `job:${job}`, onNews: (news, points) => {
      if (news.problem) forgetJob(news.problem);
      else {
        jobPoints = points;
        jobState = { ...news.job, token: job };
        drawJob();
      }
    } });
  }

  function drawJob() {
    live.draw(jobState, jobPoints);
    tryout.node.hidden = !jobState?.planner;
    if (source !== `job:${job}` || !jobState) return;
    const over = OVER.includes(jobState.state);
    drawLog(jobPoints, { last: over ? 0 : jobState.steps, final: over, live: jobState.state === "running" });
  }

  function forgetJob(text) {
    jobWatch?.abort();
    sessionStorage.removeItem(REMEMBERED);
    const shown = source === `job:${job}`;
    job = jobState = null;
    live.draw(null, []);
    live.tell(fromServer(text));
    tryout.node.hidden = true;
    list();
    if (!shown) return;
    source = null;
    if (chooser.options[0]) choose(chooser.options[0].value);
    else drawLog([], {});
  }

  function answered(value) {
    if (value?.tried) tryout.show(value.tried);
    else if (value?.problem) live.tell(fromServer(value.problem));
    else if (value?.job && value.job !== job) {
      job = value.job;
      sessionStorage.setItem(REMEMBERED, job);
      followJob();
      list();
      choose(`job:${job}`);
    }
  }

  const clock = setInterval(() => {
    if (!root.isConnected) close();
    else live.tick(jobState, Math.max(0, jobPoints.length - 1));
  }, 500);

  function close() {
    clearInterval(clock);
    jobWatch?.abort();
    sourceWatch?.abort();
    tryout.close();
    window.removeEventListener("agentflow:view", onView);
  }

  function onView() {
    if (document.documentElement.dataset.view === "training" && !seen) start();
  }

  window.addEventListener("agentflow:view", onView);
  watch("value", () => answered(props.value));
  onView();
}
