"""The paper's seven analyses, and the ablations, from what runs hold: what is found here beside what the paper found.

An analysis whose runs are not there says so; where ours differs from the paper's, `claims` has why that may be.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Any

from markupsafe import Markup

from training.outcome import score, wilson
from training.report import claims
from training.report.charts import Dots, Point, Series, dots, lines
from training.report.claims import Claim
from training.report.runs import Run

Figures = dict[str, Any]
Table = tuple[Sequence[str], Sequence[Sequence[str]]]
RARE, MANY = 0.01, 0.02
"""A chain that less than RARE of the flows went before is new where at least MANY go it now."""
MUCH = 0.1
"""A share of failed calls that can fall visibly."""
SPAN = 5
"""Steps that are taken together where single ones scatter."""
HARD = ("look3", "sum", "sum2", "cmp")
"""Families of questions that take several facts: three hops, sums over one and two, comparisons."""


@dataclass(frozen=True)
class Analysis:
    """One section of the page. `differs` is empty where ours agrees with the paper, or nothing can be said yet."""

    claim: Claim
    here: str = "Nothing to show yet: the runs that this needs are not there."
    differs: str = ""
    charts: Sequence[Markup] = ()
    tables: Sequence[Table] = ()


def all_of(runs: Sequence[Run]) -> list[Analysis]:
    """Every analysis; those whose data are missing say so."""
    made: list[Callable[[Sequence[Run]], Analysis]] = [
        over_steps, against_supervised, tool_mix, failed_calls, new_chains, budgets, sizes, ablations,
    ]  # fmt: skip
    return [make(runs) for make in made]


# --- 1 ----------------------------------------------------------------------------------------------------------------


def over_steps(runs: Sequence[Run]) -> Analysis:
    trained = [run for run in _kind(runs, "flow-grpo") if run.steps]
    if not trained:
        return Analysis(claims.OVER_STEPS)
    alike = [by_family(run) for run in trained]
    charts = [
        lines([_mean(run, "reward") for run in trained], "step", "reward of the flows as drawn", percent=True),
        lines(alike, "step", "reward, every family weighing alike", percent=True),
        lines([_dev(run) for run in trained], "step", "right on dev, greedy", percent=True),
        lines([_mean(run, "turns") for run in trained], "step", "turns of a flow"),
        lines([_mean(run, "action_tokens") for run in trained], "step", "tokens of a plan"),
    ]
    names = ("reward", "action_tokens", "turns")
    ends = [tuple(_ends([line[name] for line in run.steps if name in line]) for name in names) for run in trained]
    even = [_ends([point.y for point in one.points]) for one in alike]
    rose = all(last > first for first, last in even)
    shorter = all(turns[1] <= turns[0] for _, _, turns in ends)
    here = "; ".join(
        f"{run.title}: reward {r[0]:.2f} to {r[1]:.2f} as drawn, {e[0]:.2f} to {e[1]:.2f} with every family alike, "
        f"plans {t[0]:.0f} to {t[1]:.0f} tokens, turns {n[0]:.1f} to {n[1]:.1f}"
        for run, e, (r, t, n) in zip(trained, even, ends, strict=True)
    )
    drawn = f" {claims.UNSURE}" if any(run.order == "unsure" for run in trained) else ""
    why = "" if rose and shorter else claims.OVER_STEPS.differs
    return Analysis(claims.OVER_STEPS, f"{here} (means of the first and the last {SPAN} steps).{drawn}", why, charts)


def by_family(run: Run) -> Series:
    """The mean over families of what each earned in the last `SPAN` steps that asked it, once all were asked."""
    families = {name for line in run.steps for name in line if name.startswith("reward/")}
    seen: dict[str, deque[float]] = {name: deque(maxlen=SPAN) for name in families}
    points = []
    for line in run.steps:
        for name in families & line.keys():
            seen[name].append(line[name])
        if families and all(seen.values()):
            points.append(Point(line["step"], fmean(fmean(values) for values in seen.values())))
    return Series(run.title, tuple(points))


def _mean(run: Run, name: str) -> Series:
    points = []
    for line in run.steps:
        if name in line:
            error = 1.96 * line[f"{name}_error"] if f"{name}_error" in line else None
            low, high = (None, None) if error is None else (line[name] - error, line[name] + error)
            points.append(Point(line["step"], line[name], low, high))
    return Series(run.title, tuple(points))


def _dev(run: Run) -> Series:
    asked = [(line["step"], line["dev/reward"], line.get("dev/flows", 0)) for line in run.log if "dev/reward" in line]
    return Series(run.title, tuple(Point(step, share, *wilson(share * n, n)) for step, share, n in asked))


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return fmean(values[:SPAN] or [0.0]), fmean(values[-SPAN:] or [0.0])


# --- 2 ----------------------------------------------------------------------------------------------------------------


def against_supervised(runs: Sequence[Run]) -> Analysis:
    shown = [run for run in _kind(runs, "base", "baseline", "flow-grpo") if "real" in run.evaluations]
    base, taught, learnt = (_first(shown, kind, "real") for kind in ("base", "baseline", "flow-grpo"))
    if base is None or (taught is None and learnt is None):
        return Analysis(claims.SUPERVISED)
    names = ("greedy", "temperature 0.7")
    rows = [Dots(run.title, tuple(_right(run.evaluations.get(name)) for name in ("real", "real-hot"))) for run in shown]
    cost = [
        (run.title, f"{run.trained_tokens:,}", f"{run.seconds / 60:.0f}", _told(run.evaluations["real"]))
        for run in shown
    ]
    gains = [f"{run.title} {_gain(base, run.evaluations['real'])}" for run in shown if run.kind != "base"]
    why = ""
    if taught is not None and taught["accuracy"] >= base["accuracy"]:
        why = claims.SUPERVISED.differs
    families = _by_family(shown)
    table = (("planner", "tokens trained", "minutes of training", "right, real wiki, greedy"), cost)
    return Analysis(
        claims.SUPERVISED,
        f"Against the untrained planner: {', '.join(gains)}. {claims.COMPUTE}",
        why,
        [dots(rows, names, "right, real wiki")],
        [table, families],
    )


def _by_family(runs: Sequence[Run]) -> Table:
    families = list(dict.fromkeys(family for run in runs for family in run.evaluations["real"]["families"]))
    rows = [
        (family, *(f"{run.evaluations['real']['families'].get(family, {}).get('accuracy', 0.0):.0%}" for run in runs))
        for family in families
    ]
    return ("family", *(run.title for run in runs)), rows


# --- 3 to 5 -----------------------------------------------------------------------------------------------------------


def tool_mix(runs: Sequence[Run]) -> Analysis:
    pair = _before_after(runs)
    if pair is None:
        return Analysis(claims.TOOL_MIX)
    before, after = pair
    tools = list(dict.fromkeys([*before["tools"], *after["tools"]]))
    rows = [Dots(tool or "none", tuple(_share(figures["tools"], tool) for figures in pair)) for tool in tools]
    families = list(before["tools_by_family"])
    table = [
        (family, _mix(before["tools_by_family"][family]), _mix(after["tools_by_family"].get(family, {})))
        for family in families
    ]
    moved = max(tools, key=lambda tool: abs(_part(after["tools"], tool) - _part(before["tools"], tool)))
    shares = " to ".join(f"{_part(figures['tools'], moved):.0%}" for figures in pair)
    here = f"The largest shift is {moved}'s: from {shares} of the calls."
    charts = [dots(rows, ("before", "after"), "share of the calls, by tool")]
    return Analysis(claims.TOOL_MIX, here, "", charts, [(("family", "before", "after"), table)])


def failed_calls(runs: Sequence[Run]) -> Analysis:
    trained = [run for run in _kind(runs, "flow-grpo") if run.steps]
    if not trained:
        return Analysis(claims.FAILED_CALLS)
    series = [Series(run.title, tuple(_failures(lines) for lines in _spans(run))) for run in trained]
    ends = [(one.points[0].y, one.points[-1].y) for one in series if one.points]
    here = "; ".join(f"{one.name}: {a:.1%} to {b:.1%}" for one, (a, b) in zip(series, ends, strict=True))
    fell = all(b < a for a, b in ends) and max((a for a, _ in ends), default=0.0) > MUCH
    why = "" if fell else claims.FAILED_CALLS.differs
    tables = []
    if (pair := _before_after(runs)) is not None and all("calls" in figures for figures in pair):
        shown = [
            (name, f"{f['calls']['failed']} of {f['calls']['n']}", _told(f["calls"], "share"))
            for name, f in zip(("before", "after"), pair, strict=True)
        ]
        tables = [(("real wiki, temperature 0.7", "failed", "share of the turns"), shown)]
    return Analysis(
        claims.FAILED_CALLS,
        f"{here} of the calls of {SPAN} steps, an unreadable plan being a call that failed.",
        why,
        [lines(series, "step", f"share of failed calls, {SPAN} steps together", percent=True)],
        tables,
    )


def new_chains(runs: Sequence[Run]) -> Analysis:
    pair = _before_after(runs)
    if pair is None or not all("chains" in figures for figures in pair):
        return Analysis(claims.NEW_CHAINS)
    before, after = ({tuple(one["chain"]): one for one in figures["chains"]} for figures in pair)
    many = [sum(one["flows"] for one in chains.values()) for chains in (before, after)]
    rows, new = [], 0
    for chain in sorted({*before, *after}, key=lambda chain: -_flows(after, chain)):
        shares = _flows(before, chain) / many[0], _flows(after, chain) / many[1]
        fresh = shares[0] < RARE and shares[1] >= MANY
        new += fresh
        if max(shares) >= MANY:
            right = after[chain]["right"] if chain in after else 0
            told = [
                f"{_flows(chains, chain)} ({share:.1%})" for chains, share in zip((before, after), shares, strict=True)
            ]
            rows.append(
                (" > ".join(chain) or "none", *told, f"{right} of {_flows(after, chain)}", "new" if fresh else "")
            )
    why = "" if new else claims.NEW_CHAINS.differs
    head = ("chain", "flows before", "flows after", "right after", "")
    return Analysis(
        claims.NEW_CHAINS,
        f"New chains: {new}. Such a chain has below {RARE:.0%} of the flows before, at least {MANY:.0%} after.",
        why,
        tables=[(head, rows)],
    )


# --- 6 and 7 ----------------------------------------------------------------------------------------------------------


def budgets(runs: Sequence[Run]) -> Analysis:
    shown = [(run, found) for run in _kind(runs, "base", "flow-grpo") if len(found := _budgets(run)) > 1]
    if not shown:
        return Analysis(claims.BUDGETS)
    right, turns, told, gains = list[Series](), list[Series](), list[str](), list[tuple[float, float]]()
    for run, found in shown:
        ends = []
        for kind in ("hard", "easy"):
            name = f"{run.title}, {kind}"
            share = [_right_of(figures, kind == "hard", n) for n, figures in found]
            spent = [_turns_of(figures, kind == "hard", n) for n, figures in found]
            right.append(Series(name, tuple(share)))
            turns.append(Series(name, tuple(spent)))
            ends.append(share[-1].y - share[0].y)
            told.append(
                f"{name}: {share[0].y:.0%} right with {found[0][0]}, {share[-1].y:.0%} with {found[-1][0]}, "
                f"{spent[0].y:.1f} to {spent[-1].y:.1f} turns on average"
            )
        gains.append((ends[0], ends[1]))
    charts = [
        lines(right, "turns at most", "right, real wiki, greedy", percent=True),
        lines(turns, "turns at most", "turns taken"),
    ]
    why = "" if all(hard > 0 and hard > easy >= 0 for hard, easy in gains) else claims.BUDGETS.differs
    return Analysis(claims.BUDGETS, f"{'; '.join(told)}. Hard are {', '.join(HARD)}; easy all others.", why, charts)


def _right_of(figures: Figures, hard: bool, turns: int) -> Point:
    """The share of right answers over the hard or the easy families."""
    families = [found for name, found in figures["families"].items() if (name in HARD) is hard]
    n = sum(found["n"] for found in families)
    right = sum(found["accuracy"] * found["n"] for found in families)
    return Point(turns, right / max(1, n), *wilson(right, n))


def _turns_of(figures: Figures, hard: bool, turns: int) -> Point:
    """Mean turns over the same families; every turn has one tool, or none."""
    families = {name: found["n"] for name, found in figures["families"].items() if (name in HARD) is hard}
    taken = sum(sum(figures["tools_by_family"].get(name, {}).values()) for name in families)
    return Point(turns, taken / max(1, sum(families.values())))


def sizes(runs: Sequence[Run]) -> Analysis:
    names = [(run, run.evaluations["real"]) for run in runs if "real" in run.evaluations]
    small = [(run, figures) for run, figures in names if run.kind == "size"]
    usual = [(run, figures) for run, figures in names if run.kind in ("base", "flow-grpo")]
    if len(small) < 2 or not usual:
        return Analysis(claims.SIZES)
    rows = [
        Dots(run.title, tuple(_right(run.evaluations.get(n)) for n in ("real", "real-hot")))
        for run, _ in [*usual, *small]
    ]
    (_, untrained), (small_run, trained) = sorted(small, key=lambda entry: bool(entry[0].log))
    gain = _gain(untrained, trained)
    why = "" if trained["accuracy"] > untrained["accuracy"] else claims.SIZES.differs
    return Analysis(
        claims.SIZES,
        f"The small planner's gain: {gain}, after {len(small_run.steps)} steps. The other modules are the same in all "
        "rows.",
        why,
        [dots(rows, ("greedy", "temperature 0.7"), "right, real wiki")],
    )


def ablations(runs: Sequence[Run]) -> Analysis:
    shown = [run for run in _kind(runs, "flow-grpo", "ablation") if "real" in run.evaluations]
    if not any(run.kind == "ablation" for run in shown):
        return Analysis(claims.ABLATIONS)
    least = min(len(run.steps) for run in shown)
    rows = [
        (
            run.title,
            f"{max((x.get('dev/reward', 0.0) for x in run.log if x['step'] <= least), default=0.0):.0%}",
            _told(run.evaluations["real"]),
            f"{run.seconds / 60:.0f}",
            str(len(run.steps)),
        )
        for run in shown
    ]
    here = (
        "One run each. Differences inside the intervals, or inside the spread of the seeds, mean nothing. Runs differ "
        f"in their steps: the best on dev is that of the first {least}, the figures on the real wiki are those of each "
        "run's best."
    )
    chart = dots(
        [Dots(run.title, (_right(run.evaluations["real"]),)) for run in shown], ("greedy",), "right, real wiki"
    )
    head = ("run", f"best on dev, {least} steps", "right, real wiki", "minutes", "steps")
    return Analysis(claims.ABLATIONS, here, "", [chart], [(head, rows)])


# --- what they share --------------------------------------------------------------------------------------------------


def _kind(runs: Sequence[Run], *kinds: str) -> list[Run]:
    return [run for kind in kinds for run in runs if run.kind == kind]


def _first(runs: Sequence[Run], kind: str, evaluation: str) -> Figures | None:
    return next(
        (run.evaluations[evaluation] for run in runs if run.kind == kind and evaluation in run.evaluations), None
    )


def _before_after(runs: Sequence[Run]) -> tuple[Figures, Figures] | None:
    """Of the untrained planner and the first trained one, sampled: greedy hides what is only likely."""
    for name in ("real-hot", "real"):
        before, after = (_first(runs, kind, name) for kind in ("base", "flow-grpo"))
        if before is not None and after is not None:
            return before, after
    return None


def _right(figures: Figures | None) -> Point | None:
    return None if figures is None else Point(0, figures["accuracy"], *figures["interval"])


def _budgets(run: Run) -> list[tuple[int, Figures]]:
    found = [(int(name[6:]), figures) for name, figures in run.evaluations.items() if name.startswith("turns-")]
    return sorted(found, key=lambda entry: entry[0])


def _told(figures: Figures, name: str = "accuracy") -> str:
    low, high = figures["interval"]
    return f"{figures[name]:.1%} ({low:.1%} to {high:.1%})"


def _gain(before: Figures, after: Figures) -> str:
    """In points, with the 95% interval of a difference of two proportions (Newcombe)."""
    (low_b, high_b), (low_a, high_a) = before["interval"], after["interval"]
    a, b = after["accuracy"], before["accuracy"]
    down, up = ((a - low_a) ** 2 + (high_b - b) ** 2) ** 0.5, ((high_a - a) ** 2 + (b - low_b) ** 2) ** 0.5
    return f"{100 * (a - b):+.1f} points ({100 * (a - b - down):+.1f} to {100 * (a - b + up):+.1f})"


def _part(tools: dict[str, int], tool: str) -> float:
    return tools.get(tool, 0) / max(1, sum(tools.values()))


def _share(tools: dict[str, int], tool: str) -> Point:
    n = sum(tools.values())
    return Point(0, _part(tools, tool), *wilson(tools.get(tool, 0), n))


def _mix(tools: dict[str, int]) -> str:
    return ", ".join(f"{tool or 'none'} {_part(tools, tool):.0%}" for tool in tools)


def _spans(run: Run) -> list[list[dict[str, Any]]]:
    """The steps of a run, `SPAN` at a time; what is left at the end joins the last ones."""
    told = [line for line in run.steps if "tool_errors" in line]
    cuts = [*range(0, max(1, len(told) - SPAN + 1), SPAN), len(told)]
    return [told[begin:end] for begin, end in pairwise(cuts) if begin < end]


def _failures(steps: Sequence[dict[str, Any]]) -> Point:
    """Of some steps: tools that gave an error, and plans that could not be read (older logs do not say whose)."""
    unread = sum(line.get("plan_failures", line.get("parse_failures", 0)) for line in steps)
    calls = sum(value for line in steps for name, value in line.items() if name.startswith("tools/"))
    failed = unread + sum(line["tool_errors"] for line in steps)
    found = score(place < failed for place in range(int(calls + unread)))
    return Point(steps[-1]["step"], found["accuracy"], *found["interval"])


def _flows(chains: dict[tuple[str, ...], Figures], chain: tuple[str, ...]) -> int:
    return int(chains[chain]["flows"]) if chain in chains else 0
