"""The READMEs' table of what was measured: every figure out of a file that a command wrote.

`rows` is all there is to it; `python -m benchmarks --page` writes it into both. A line whose part was not measured yet
is left out.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.marked import replaced
from benchmarks.page import busy
from benchmarks.sandbox_latency import AT_ONCE

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "assets" / "pocket" / "figures.json"
PART = "measured"
Values = dict[str, Any]

COMMANDS = {
    "right": "python -m training.evaluate --split real --limit 2500 --seed 1",
    "setup": "python -m benchmarks --only setup",
}
"""All others come from `make bench`."""

ENGLISH = {
    "head": ("what", "figure", "command"),
    "right": ("questions right, real wiki (n = {n}, greedy)", "{right:.0%}, 95% interval {low:.0f} to {high:.0f}"),
    "setup": ("set-up of a fresh environment", "{minutes:.1f} min, {gb:.1f} GB"),
    "start": ("process start to page", "{page_s:.1f} s"),
    "page_flow": (
        "two-turn flow through the page, model loaded",
        "{two_turn_flow_s:.2f} s; first event after {first_event_ms:.0f} ms",
    ),
    "flow": (
        "two-turn flow in one process, model loaded",
        "{two_turn_flow_s:.2f} s; first event {event_ms:.1f} ms, first text of a module {text_ms:.0f} ms",
    ),
    "at_once": (
        "{flows} flows at once against one after the other",
        "{rate:.1f} flows a second against {rate_alone:.1f}, all families mixed: {ratio:.1f} times (goal 4: {goal}); "
        "in bursts of {flows} of one family {burst:.1f}, from {least:.1f} ({slowest}) to {most:.1f} ({quickest}); "
        "answers identical, {same} of {all}",
    ),
    "overhead": (
        "engine's own time a turn, beyond its client calls",
        "{least:.1f} to {most:.1f} ms; {stored_least:.1f} to {stored_most:.1f} ms with every event on disk",
    ),
    "calls": ("engine's model calls for {turns} turns", "{calls}, plus those a tool makes"),
    "growth": (
        "ten turns at 200 ms a call: wall time and prompt characters against the public implementation",
        "{wall:.2f} times, {overlapped:.2f} with plans made ahead (goal 0.6: {wall_goal}), "
        "{characters:.2f} times (goal 0.25: {characters_goal}); "
        "engine's own time {own:.1f}% (goal 1: {own_goal})",
    ),
    "many": (
        "64 flows at once against one, server not the limit",
        "{ratio:.2f} times the wall time (goal 1.3: {goal}); {rate:.1f} flows a second",
    ),
    "sandbox": (
        "warm call of a sandboxed program, beyond the program's own time",
        "{least:.0f} to {most:.0f} ms (median); {calls} calls at once in {seconds:.1f} s",
    ),
    "pixels": (
        "event to pixels in Chromium, with {viewers} viewers: the others' browsers elsewhere; all on these cores",
        "95% within {among_p95_ms:.0f} ms (goal 150: {among_goal}; {alone_p95_ms:.0f} for one viewer alone); "
        "median {p50_ms:.0f} ms, 95% within {p95_ms:.0f} ms (goal 150: {goal})",
    ),
    "prefixes": ("prompt tokens that the embedded model takes over from earlier calls", "{share:.0%}"),
    "limit": (
        "generation against the machine's limit, 1 / 16 texts at once",
        "{one:.0%} / {many:.0%}; {one_rate:,} / {many_rate:,} tokens a second",
    ),
    "training": (
        "update of Flow-GRPO against TRL's GRPO at equal loss (beginnings shared here; there a padded row an action)",
        "{ratio:.1f} times the tokens a second (goal 1.5: {goal})",
    ),
    "met": "met",
    "missed": "missed",
    "bench": "`make bench`",
    "same": "same",
    "machine": "On {cores} CPU cores, no GPU, Python {python}. Each line names the command; run it to get your own.",
    "busy": "The machine was busy with other work ({load} processes on {cores} cores): times are too long.",
}
CHINESE = {
    "head": ("内容", "数字", "命令"),
    "right": ("真实百科上答对的问题（n = {n}，贪心）", "{right:.0%}，95% 区间 {low:.0f} 到 {high:.0f}"),
    "setup": ("新环境的安装", "{minutes:.1f} 分钟，{gb:.1f} GB"),
    "start": ("从进程启动到页面出现", "{page_s:.1f} 秒"),
    "page_flow": ("经页面的两轮流程，模型已载入", "{two_turn_flow_s:.2f} 秒；首个事件 {first_event_ms:.0f} 毫秒后"),
    "flow": (
        "同一进程内的两轮流程，模型已载入",
        "{two_turn_flow_s:.2f} 秒；首个事件 {event_ms:.1f} 毫秒，模块的首段文字 {text_ms:.0f} 毫秒",
    ),
    "at_once": (
        "{flows} 个流程同时跑，对比逐个跑",
        "各类混合时每秒 {rate:.1f} 个流程，逐个时 {rate_alone:.1f} 个：{ratio:.1f} 倍（目标 4：{goal}）；"
        "每次 {flows} 个同类流程时 {burst:.1f} 倍，从 {least:.1f}（{slowest}）到 {most:.1f}（{quickest}）；"
        "答案相同，{all} 个中 {same} 个",
    ),
    "overhead": (
        "引擎自身每轮的时间，不含客户端调用",
        "{least:.1f} 到 {most:.1f} 毫秒；每个事件落盘时 {stored_least:.1f} 到 {stored_most:.1f} 毫秒",
    ),
    "calls": ("{turns} 轮时引擎的模型调用次数", "{calls}，另加工具发起的调用"),
    "growth": (
        "十轮，每次调用 200 毫秒：耗时和提示词字符数，对比公开实现",
        "{wall:.2f} 倍，提前规划时 {overlapped:.2f} 倍（目标 0.6：{wall_goal}），"
        "{characters:.2f} 倍（目标 0.25：{characters_goal}）；"
        "引擎自身时间 {own:.1f}%（目标 1：{own_goal}）",
    ),
    "many": (
        "64 个流程同时跑，对比一个，服务器不是瓶颈",
        "耗时 {ratio:.2f} 倍（目标 1.3：{goal}）；每秒 {rate:.1f} 个流程",
    ),
    "sandbox": (
        "沙箱中程序的一次热调用，不含程序自身的时间",
        "{least:.0f} 到 {most:.0f} 毫秒（中位数）；{calls} 个同时调用共 {seconds:.1f} 秒",
    ),
    "pixels": (
        "Chromium 中从事件到像素，{viewers} 位观众：其他人的浏览器在别处；全在本机",
        "95% 在 {among_p95_ms:.0f} 毫秒内（目标 150：{among_goal}；仅一位观众时 {alone_p95_ms:.0f}）；"
        "中位数 {p50_ms:.0f} 毫秒，95% 在 {p95_ms:.0f} 毫秒内（目标 150：{goal}）",
    ),
    "prefixes": ("内置模型从先前调用沿用的提示词词元", "{share:.0%}"),
    "limit": (
        "生成速度对比机器的极限，同时 1 / 16 段文字",
        "{one:.0%} / {many:.0%}；每秒 {one_rate:,} / {many_rate:,} 个词元",
    ),
    "training": (
        "Flow-GRPO 的一次更新，对比 TRL 的 GRPO，损失相同（此处共享开头，彼处每个动作一行并填充）",
        "每秒词元数 {ratio:.1f} 倍（目标 1.5：{goal}）",
    ),
    "met": "达到",
    "missed": "未达到",
    "bench": "`make bench`",
    "same": "同上",
    "machine": "{cores} 个 CPU 核，没有 GPU，Python {python}。每行都写明命令；自己运行即可得到你的数字。",
    "busy": "当时机器正忙于别的工作（{cores} 个核上有 {load} 个进程）：时间偏长。",
}
PAGES: dict[str, Mapping[str, Any]] = {"README.md": ENGLISH, "README.zh.md": CHINESE}


def rows(results: Mapping[str, Any], figures: Mapping[str, Any], words: Mapping[str, Any] = ENGLISH) -> list[str]:
    """The lines between the marks: the table, and what machine it was."""
    lines = [_line(words["head"]), _line(["---"] * 3)]
    before = ""
    for name, values in measured(results, figures):
        command = f"`{COMMANDS[name]}`" if name in COMMANDS else words["bench"]
        said = {key: words[value] if value in ("met", "missed") else value for key, value in values.items()}
        what, figure = (text.format(**said) for text in words[name])
        lines.append(_line((what, figure, words["same"] if command == before else command)))
        before = command
    return [*lines, "", _machine(results, words)]


def _line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def _machine(results: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    machines = [part["machine"] for part in results.values()]
    worst = max(machines, key=lambda machine: machine["load"])
    said = [words["machine"].format(**worst)]
    if busy(worst):
        loads = sorted({round(machine["load"]) for machine in machines})
        said.append(words["busy"].format(cores=worst["cores"], load="–".join(map(str, (loads[0], loads[-1])))))
    return (" " if words is ENGLISH else "").join(said)


def measured(results: Mapping[str, Any], figures: Mapping[str, Any]) -> Iterator[tuple[str, Values]]:
    """The lines' names and values, of what was measured."""
    right = figures["real, planner"]
    low, high = (100 * bound for bound in right["interval"])
    yield "right", {"n": right["n"], "right": right["accuracy"], "low": low, "high": high}
    makers = {
        "setup": _setup, "start": _start, "pocket_speed": _pocket, "engine_overhead": _engine, "growth": _growth,
        "many_flows": _many, "sandbox_latency": _sandbox, "page_latency": _pixels, "prefix_share": _prefixes,
        "generation_limit": _limit,
        "training_speed": _training,
    }  # fmt: skip
    for part, make in makers.items():
        if part in results:
            yield from make(results[part]["rows"])


def _goal(met: bool) -> str:
    return "met" if met else "missed"


def _setup(found: Values) -> Iterator[tuple[str, Values]]:
    yield "setup", {"minutes": found["setup_s"] / 60, "gb": found["setup_gb"]}


def _start(found: Values) -> Iterator[tuple[str, Values]]:
    yield "start", found
    yield "page_flow", found


def _pocket(found: Mapping[str, Values]) -> Iterator[tuple[str, Values]]:
    families = {name: row for name, row in found.items() if name not in ("all", "mixed")}
    order = sorted(families, key=lambda name: float(families[name]["throughput_ratio"]))
    whole, burst = found["mixed"], found["all"]
    yield (
        "flow",
        {
            "two_turn_flow_s": families["look2"]["two_turn_flow_s"],
            "event_ms": 1000 * median(row["first_event_s"] for row in families.values()),
            "text_ms": 1000 * median(row["first_text_s"] for row in families.values()),
        },
    )
    yield (
        "at_once",
        {
            "flows": families["look2"]["flows"],
            "rate": whole["flows"] / whole["at_once_s"],
            "rate_alone": whole["flows"] / whole["one_by_one_s"],
            "ratio": whole["throughput_ratio"],
            "goal": _goal(whole["throughput_ratio"] >= 4),
            "burst": burst["throughput_ratio"],
            "least": families[order[0]]["throughput_ratio"],
            "slowest": order[0],
            "most": families[order[-1]]["throughput_ratio"],
            "quickest": order[-1],
            "same": whole["same_answers"],
            "all": whole["flows"],
        },
    )


def _engine(found: list[Values]) -> Iterator[tuple[str, Values]]:
    bare, stored = ([row["overhead_ms_a_turn"] for row in found if row["stored"] is disk] for disk in (False, True))
    ends = {"least": min(bare), "most": max(bare), "stored_least": min(stored), "stored_most": max(stored)}
    yield "overhead", ends
    rows = [row for row in found if not row["stored"]]
    yield (
        "calls",
        {
            "turns": " / ".join(str(row["turns"]) for row in rows),
            "calls": " / ".join(str(row["engine_calls"]) for row in rows),
        },
    )


def _growth(found: list[Values]) -> Iterator[tuple[str, Values]]:
    for row in found:
        if (row["turns"], row["result_characters"], row["memory"]) == (10, 600, "all"):
            wall, overlapped = row["wall_s_ratio"], row["overlapped_s_ratio"]
            characters, own = row["prompt_characters_ratio"], row["own_percent"]
            yield (
                "growth",
                {
                    "wall": wall,
                    "overlapped": overlapped,
                    "wall_goal": _goal(overlapped <= 0.6),
                    "characters": characters,
                    "characters_goal": _goal(characters <= 0.25),
                    "own": own,
                    "own_goal": _goal(own < 1),
                },
            )


def _many(found: list[Values]) -> Iterator[tuple[str, Values]]:
    row = next(row for row in found if row["flows"] == 64)
    ratio = row["times_one_alone"]
    yield "many", {"ratio": ratio, "goal": _goal(ratio <= 1.3), "rate": row["flows_a_second"]}


def _sandbox(found: list[Values]) -> Iterator[tuple[str, Values]]:
    over = [row["overhead_p50_ms"] for row in found if "overhead_p50_ms" in row]
    yield "sandbox", {"least": min(over), "most": max(over), "calls": AT_ONCE, "seconds": found[-1]["call_ms"] / 1000}


def _pixels(found: Values) -> Iterator[tuple[str, Values]]:
    goals = {name: _goal(found[p95] <= 150) for name, p95 in (("goal", "p95_ms"), ("among_goal", "among_p95_ms"))}
    yield "pixels", found | goals


def _prefixes(found: list[Values]) -> Iterator[tuple[str, Values]]:
    yield "prefixes", {"share": found[0]["taken_over_share"]}


def _limit(found: list[Values]) -> Iterator[tuple[str, Values]]:
    one, many = found
    yield (
        "limit",
        {
            "one": one["share_of_limit"],
            "many": many["share_of_limit"],
            "one_rate": one["tokens_s"],
            "many_rate": many["tokens_s"],
        },
    )


def _training(found: Values) -> Iterator[tuple[str, Values]]:
    yield "training", {"ratio": found["ratio"], "goal": _goal(found["ratio"] >= 1.5)}


def write(results: Mapping[str, Any]) -> None:
    """Into both READMEs."""
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    for name, words in PAGES.items():
        path = ROOT / name
        page = replaced(path.read_text(encoding="utf-8"), PART, rows(results, figures, words))
        path.write_text(page, encoding="utf-8")
