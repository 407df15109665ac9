"""How the planner's weights are named in every record: the model that training began with, and the updates since."""

import re


def name_of(model: str, version: int) -> str:
    return f"{model}@step-{version}"


def version_of(name: str) -> int:
    """The updates that a name tells of; 0 for one that tells of none."""
    found = re.search(r"@step-(\d+)$", name)
    return int(found[1]) if found else 0
