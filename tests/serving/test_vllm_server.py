"""What `make serve` starts: the flags and the environment, without a server."""

import json
from pathlib import Path

import pytest

from serving.vllm_server import command, environment, is_pocket, options

POCKET = Path(__file__).parents[2] / "assets" / "pocket" / "base"


def flag(argv: list[str], name: str) -> str:
    return argv[argv.index(name) + 1]


def test_it_listens_on_this_machine_only_and_keeps_every_prefix() -> None:
    argv = command(options(["--model", "Qwen/Qwen2.5-0.5B-Instruct"]), cpu=False)
    assert flag(argv, "--host") == "127.0.0.1" and "--enable-prefix-caching" in argv
    assert flag(argv, "--served-model-name") == "Qwen/Qwen2.5-0.5B-Instruct"
    assert flag(argv, "--logprobs-mode") == "processed_logprobs" and flag(argv, "--generation-config") == "vllm"
    assert "--enforce-eager" not in argv and "--enable-lora" not in argv


def test_the_key_is_in_the_environment_and_not_on_the_command_line() -> None:
    found = options(["--model", str(POCKET)])
    assert environment(found, {}, "canary", cpu=True)["VLLM_API_KEY"] == "canary"
    assert not any("canary" in part for part in command(found, cpu=True))


def test_weights_are_changed_only_where_training_asks_for_it() -> None:
    serving = environment(options(["--model", str(POCKET)]), {}, "k", cpu=True)
    training = environment(options(["--model", str(POCKET), "--training"]), {}, "k", cpu=True)
    assert not serving.keys() & {"VLLM_SERVER_DEV_MODE", "VLLM_ALLOW_RUNTIME_LORA_UPDATING"}
    assert training["VLLM_SERVER_DEV_MODE"] == training["VLLM_ALLOW_RUNTIME_LORA_UPDATING"] == "1"


def test_adapters_are_served_by_name(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}")
    argv = command(options(["--model", "some/model", "--lora", f"planner={tmp_path}"]), cpu=False)
    assert flag(argv, "--lora-modules") == f"planner={tmp_path}" and "--enable-lora" in argv


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--model", "/nowhere"], "--model /nowhere: no config.json"),
        (["--model", "m", "--lora", "planner"], "write NAME=FOLDER"),
        (["--model", "m", "--lora", "planner=/nowhere"], "adapter_config.json"),
        (["--model", "m", "--training", "--host", "0.0.0.0"], "not on 0.0.0.0"),
        ([], "--model"),
    ],
)
def test_bad_options_are_named(argv: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        options(argv)
    assert stopped.value.code == 2 and said in capsys.readouterr().err


def test_the_pocket_dialect_is_seen_in_the_models_folder(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "qwen2"}))
    assert is_pocket(str(POCKET)) and not is_pocket(str(tmp_path)) and not is_pocket("Qwen/Qwen2.5-7B-Instruct")
