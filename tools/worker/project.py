"""Hides this project's modules from a program: it sees installed packages only.

The names are looked up beforehand, in the zygote: going through all of `sys.modules` in a forked child would copy the
memory of every name, which takes longer than many a program.
"""

import sys
import types

_names: list[str] = []
_hidden: list[types.ModuleType] = []


def find() -> None:
    """Notes which of the loaded modules are the project's."""
    _names[:] = [name for name in sys.modules if name.partition(".")[0] == "tools"]


def hide() -> None:
    """Takes them out of `sys.modules`; they are kept, because taking a module apart costs milliseconds too."""
    if not _names:
        find()
    _hidden.extend(sys.modules.pop(name) for name in _names)
