"""The launcher's configs: accelerate takes every key, and the commands in them start what they say."""

import re
import shlex
from pathlib import Path

import pytest
from accelerate.commands.config.config_args import ClusterConfig, load_config_from_file
from accelerate.commands.launch import _validate_launch_command, launch_command_parser
from accelerate.utils import DistributedType
from accelerate.utils.launch import prepare_multi_gpu_env

from training.config import Config, load
from training.train import arguments
from training.trainer import patience

ROOT = Path(__file__).parents[2]
LAUNCH = ROOT / "training" / "configs" / "launch"
FILES = sorted(LAUNCH.glob("*.yaml"))


def command(file: Path) -> list[str]:
    """The `accelerate launch` in the file's comments, without its first two words."""
    text = re.sub(r"^#\s?", "", file.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    (line,) = re.findall(r"^\s*accelerate launch (.*)$", text, flags=re.MULTILINE)
    return shlex.split(line)


def trained(file: Path) -> Config:
    _, _, own = " ".join(command(file)).partition("-m training.train ")
    found = arguments(shlex.split(own))
    return load(ROOT / found.config, found.overrides)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_accelerate_takes_every_key(file: Path) -> None:
    found = load_config_from_file(str(file))  # raises for a key that it does not know
    assert isinstance(found, ClusterConfig)
    assert found.distributed_type is DistributedType.MULTI_GPU, "the trainer holds all weights in each process"
    assert found.num_processes == found.num_machines * len(str(found.gpu_ids).split(","))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_command_starts_seven_processes_on_each_machine(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("accelerate.utils.launch.is_port_in_use", lambda port: False)
    args = launch_command_parser().parse_args(command(file))
    args, _, _ = _validate_launch_command(args)
    environment = prepare_multi_gpu_env(args)
    assert args.multi_gpu and not args.use_fsdp and args.module and args.training_script == "training.train"
    assert args.nproc_per_node == "7" and environment["CUDA_VISIBLE_DEVICES"] == "0,1,2,3,4,5,6"
    if args.num_machines > 1:
        assert (args.nnodes, args.node_rank, args.rdzv_endpoint) == ("2", 0, "10.0.0.1:29500")
        assert args.rdzv_backend == "static", "the machine that --machine_rank names first is the main one"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_command_trains_what_its_arithmetic_is_about(file: Path) -> None:
    config, processes = trained(file), load_config_from_file(str(file)).num_processes
    assert config.planner.lora is not None and config.planner.lora.rank == 16 and config.planner.dtype == "bfloat16"
    assert config.optimizer.micro_batch_tokens == 4096
    assert config.rollout.questions % processes == 0, "every process has as much to do"
    assert config.rollout.questions // processes * config.rollout.flows <= config.rollout.at_once == 32
    slowest = config.rollout.seconds * (1 + config.rollout.retries)
    assert patience(config).total_seconds() > slowest, "no process is given up whose flows run out of time"
    assert config.rollout.memory_tokens + config.rollout.max_tokens < 16384
