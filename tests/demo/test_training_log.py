"""Reading a training log: whatever a file holds, the page gets small finite figures, or a sentence naming the line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_core.errors import BadInput
from demo.intake import BODY_BYTES
from demo.training import curves
from demo.training.log import UPLOAD_BYTES, FlowLine, read_file, read_flows, read_metrics, read_upload
from training.outcome import wilson

FIRST = {"step": 0, "dev/reward": 0.5, "dev/flows": 22}
SECOND = {
    "step": 1,
    "reward": 0.6,
    "reward_error": 0.1,
    "questions": 4,
    "groups_without_signal": 1,
    "flows": 32,
    "turns": 2.5,
    "action_tokens": 30.0,
    "kl": 0.001,
    "entropy": 0.05,
    "rate": 1e-4,
    "reward/look1": 1.0,
}


def text_of(*lines: Any) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


def test_a_log_becomes_points_with_intervals() -> None:
    first, second = (curves.point(line) for line in read_metrics(text_of(FIRST, SECOND)))
    assert (first["step"], first["dev"], first["reward"], first["signal"]) == (0, 0.5, None, None)
    assert second["reward_interval"] == pytest.approx((0.6 - 0.196, 0.6 + 0.196))
    assert (second["signal"], second["turns"], second["tokens"], second["kl"]) == (0.75, 2.5, 30.0, 0.001)
    assert second["dev"] is None and second["dev_interval"] is None


@given(st.integers(1, 500), st.data())
def test_the_interval_of_a_share_is_that_of_the_evaluation(n: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, n))
    assert curves.wilson(right / n, n) == pytest.approx(wilson(right, n))


def test_figures_of_a_training_that_went_wrong_are_gaps_and_the_page_gets_json() -> None:
    spoilt = SECOND | {"kl": float("nan"), "entropy": float("inf")}
    point = curves.point(read_metrics(text_of(spoilt))[0])
    assert point["kl"] is None and point["entropy"] is None and point["turns"] == 2.5
    json.dumps(point, allow_nan=False)


def test_the_last_line_may_still_be_being_written() -> None:
    assert [line.step for line in read_metrics(text_of(FIRST, SECOND) + '{"step": 2, "rew')] == [0, 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("[1, 2]\n", "Line 1 is not a line of metrics"),
        ("no json\n" + text_of(FIRST), "Line 1 is not a line of metrics.jsonl: it is no JSON"),
        (text_of(FIRST, {"step": "x"}, SECOND), "Line 2 .* step"),
        (text_of({"reward": 1.0}), "step: Field required"),
        (text_of(SECOND, FIRST), "Line 2 is step 0 after step 1"),
        (text_of({"step": -1}), "step"),
        ("[" * 100_000 + "\n" + text_of(FIRST), "Line 1"),
        (text_of(*({"step": n} for n in range(10_002))), "more than 10,000"),
    ],
)
def test_what_is_no_log_is_said_with_its_line(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read_metrics(text)


def test_an_upload_is_limited_and_what_is_taken_fits_into_one_request() -> None:
    line = json.dumps({"step": 0} | {f"tools/tool-{n}": n for n in range(40)})
    whole = "\n".join(line.replace('"step": 0', f'"step": {n}') for n in range(UPLOAD_BYTES // len(line) - 10))
    assert len(read_upload(whole)) > 500
    assert len(json.dumps({"data": {"text": whole}})) < BODY_BYTES
    with pytest.raises(BadInput, match="at most 800,000 bytes"):
        read_upload("é" * (UPLOAD_BYTES // 2 + 1))


def flow(step: int, group: int, number: int, reward: float | None, **more: Any) -> dict[str, Any]:
    asked = {"question": f"Question {group}?", "gold": ["42"], "answer": "42" if reward else "41", "family": "sum"}
    return {"step": step, "group": group, "flow": number, "reward": reward, **asked, **more}


def test_a_step_is_its_questions_each_with_the_flows_that_were_compared(tmp_path: Path) -> None:
    lines = [flow(1, 0, 0, 1.0), flow(2, 1, 1, 0.0, advantage=-0.7), flow(2, 1, 0, 1.0, advantage=0.7)]
    lines += [flow(2, 0, 0, 1.0, run="step-00002-000-00", tools={"t": 2}), flow(3, 0, 0, 0.0)]
    (tmp_path / "flows.jsonl").write_text(text_of(*lines))
    first, second = curves.groups(read_flows(tmp_path, 2))
    assert (first["question"], first["signal"], first["mean"]) == ("Question 0?", False, 1.0)
    assert [(f["flow"], f["advantage"], f["answer"]) for f in second["flows"]] == [(0, 0.7, "42"), (1, -0.7, "41")]
    assert second["signal"] and second["gold"] == ["42"]
    assert first["flows"][0]["run"] == "step-00002-000-00" and first["flows"][0]["tools"] == {"t": 2}


def test_a_flow_that_infrastructure_ended_is_no_wrong_answer(tmp_path: Path) -> None:
    (tmp_path / "flows.jsonl").write_text(
        text_of(flow(1, 0, 0, None, failure="the server is down"), flow(1, 0, 1, 1.0))
    )
    (group,) = curves.groups(read_flows(tmp_path, 1))
    assert (group["mean"], group["signal"], group["flows"][0]["failure"]) == (1.0, False, "the server is down")


def test_long_texts_are_cut_and_a_flow_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "flows.jsonl").write_text(text_of(flow(1, 0, 0, 1.0) | {"answer": "x" * 50_000}))
    assert len(read_flows(tmp_path, 1)[0].answer) == 2_000
    (tmp_path / "flows.jsonl").write_text('{"step": 1, "group": "a"}\n')
    with pytest.raises(BadInput, match="step 1 cannot be read: group"):
        read_flows(tmp_path, 1)
    (tmp_path / "flows.jsonl").write_text('{"step": 1, "gro')
    assert read_flows(tmp_path, 1) == [], "it is being written"


def test_a_folder_without_flows_or_log_says_so(tmp_path: Path) -> None:
    assert read_file(tmp_path) == []
    with pytest.raises(BadInput, match=r"without flows\.jsonl"):
        read_flows(tmp_path, 1)


def test_what_the_trainer_writes_is_what_is_read() -> None:
    """The names of the trainer's own records, so that neither side changes them alone."""
    from training.metrics import lines, of_rollouts

    record = of_rollouts([])
    assert {"reward", "reward_error", "questions", "flows", "turns", "action_tokens"} <= record.keys()
    assert lines(1, [], {}) == []
    assert {"run", "advantage", "gold", "answer", "reward", "failure", "tools"} <= FlowLine.model_fields.keys()
