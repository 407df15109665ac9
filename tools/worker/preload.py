"""What the zygote loads so that its children need not: libraries, and the caches that their first use fills.

Each step takes some tenths of a second, so the zygote answers after the first and takes the others while it is idle.
Where no file can be opened (no Landlock), what is not loaded beforehand cannot be imported at all: then everything is
loaded before the first answer, and the whole standard library too.
"""

import contextlib
import gc
import importlib
import io
import os
import pkgutil
import sys
import sysconfig
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from tools.worker import memory_files, project
from tools.worker.words import words

FIRST = words(
    "asyncio base64 bisect calendar cmath cloudpickle collections concurrent.futures.thread copy csv ctypes.util "
    "dataclasses datetime decimal enum fractions functools hashlib heapq html io itertools json math operator pprint "
    "queue random re secrets shutil sqlite3 statistics string struct tempfile textwrap threading typing unicodedata "
    "urllib.parse uuid xml.etree.ElementTree zlib zoneinfo encodings.idna encodings.latin_1 encodings.ascii "
    "encodings.utf_16 numpy numpy.random"
)
SIDE_EFFECTS = frozenset(words("antigravity this idlelib tkinter turtle turtledemo test readline rlcompleter lib2to3"))
"""Parts of the standard library that print, open a window or a browser, or are its own tests."""
SUBMODULES = words(
    "concurrent.futures.process email.mime.text email.parser encodings.cp1252 encodings.utf_8_sig encodings.utf_32 "
    "encodings.punycode html.parser http.client http.server importlib.metadata importlib.resources json.tool "
    "logging.config logging.handlers multiprocessing.pool unittest.mock urllib.request xml.dom.minidom xml.sax "
    "numpy.testing numpy.polynomial numpy.fft numpy.linalg sympy.stats sympy.plotting sympy.physics.units "
    "sympy.solvers.diophantine sympy.combinatorics sympy.geometry sympy.crypto sympy.vector sympy.physics.mechanics"
)
LAZY_PACKAGES = words(
    "pandas.core.methods pandas.core.reshape pandas.core.window pandas.io.formats sympy.sets.handlers sympy.solvers "
    "sympy.solvers.ode sympy.integrals sympy.calculus sympy.series sympy.ntheory sympy.stats sympy.polys "
    "sympy.matrices sympy.simplify sympy.assumptions.handlers sympy.logic.algorithms sympy.printing sympy.concrete"
)
"""Libraries import modules of these when a function is first called."""
FAMILIAR = (
    "x**3 - 6*x**2 + 11*x - 5 = 0",
    "x + y = 3; x - y = 1",
    "x**2 < 4",
    "integrate(exp(-x)*x**2, x)",
    "simplify(sin(x)**2 + cos(x)**2)",
    "limit(sin(x)/x, x, 0)",
    "factor(x**2 - 1)",
    "factorint(360360)",
)
"""Problems of the kinds that people ask: solving them once fills sympy's caches."""

Step = Callable[[], None]


def readable() -> list[str]:
    """Paths that programs may read: interpreter, standard library, installed packages, shared libraries, fonts."""
    roots = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    roots += [Path(prefix, name) for prefix in (sys.prefix, sys.base_prefix) for name in ("lib", "lib64")]
    roots += [path for path in map(Path, sys.path) if path.name in ("site-packages", "dist-packages")]
    roots += map(Path, ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/usr/share/fonts"))
    roots += map(Path, ("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types"))
    kept: list[Path] = []
    for path in sorted({path.resolve() for path in roots if path.exists()}, key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(above) for above in kept):
            kept.append(path)
    return [str(path) for path in kept]


def steps(*, everything: bool) -> list[Step]:
    """The first is what every task needs; `everything` adds what could otherwise not be imported or read later."""
    wide = [_standard_library, _zones, _fonts] if everything else []
    return [_first, _algebra, _figures, _latex, _tables, *wide]


def take(pending: list[Step]) -> None:
    """Takes one step; what it made is kept out of the garbage collector's way, so that children share its memory."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pending.pop(0)()
    project.find()
    gc.collect()
    gc.freeze()


def _import(*names: str) -> None:
    for name in names:
        with contextlib.suppress(ImportError):  # an optional package, or a module of another system
            importlib.import_module(name)


def _first() -> None:
    sys.set_int_max_str_digits(100_000)
    _import(*FIRST)


def _algebra() -> None:
    from tools.worker import symbolic

    for problem in FAMILIAR:
        symbolic.solve(problem)


def _figures() -> None:
    """matplotlib, and one figure, which finds its fonts."""
    with tempfile.TemporaryDirectory() as folder:  # it insists on a place for its cache
        os.environ["MPLCONFIGDIR"] = folder
        _import("matplotlib.pyplot")
        if "matplotlib.pyplot" in sys.modules:
            from tools.worker import figures

            figures.rehearse()


def _latex() -> None:
    from tools.worker import latex

    for problem in (r"\frac{1}{2} + x^2", r"\int_0^1 x^2 \, dx", r"\lim_{x \to 0} \frac{\sin x}{x}", r"\sqrt{8}"):
        latex.read(problem)


def _tables() -> None:
    _import("pandas")


def _standard_library() -> None:
    _import(*sorted(sys.stdlib_module_names - SIDE_EFFECTS), *SUBMODULES)
    _import("matplotlib.backends.backend_svg")
    for name in ("encodings", *LAZY_PACKAGES):
        package = sys.modules.get(name)
        _import(*(f"{name}.{module.name}" for module in pkgutil.iter_modules(package.__path__)) if package else ())
    if "pandas" in sys.modules:
        _rehearse_tables()


def _rehearse_tables() -> None:
    """pandas loads parts of itself when they are first used."""
    import pandas  # type: ignore[import-untyped]

    _import(*(f"pandas.io.formats.{name}" for name in ("csvs", "html", "string", "style", "xml")))
    table = pandas.read_csv(io.StringIO("a,b\n1,x\n2,y\n"))
    table.to_csv(io.StringIO())
    pandas.read_json(io.StringIO(table.to_json()))
    str(table.merge(table, on="a").groupby("a").sum().describe())
    table.pivot_table(index="b", values="a")


def _zones() -> None:
    """All time zones: `zoneinfo` hands out the same objects as long as somebody holds them."""
    import zoneinfo

    _held.extend(zoneinfo.ZoneInfo(name) for name in sorted(zoneinfo.available_timezones()))


def _fonts() -> None:
    """The files that matplotlib opens while it draws."""
    if "matplotlib" in sys.modules:
        import matplotlib

        for path in Path(matplotlib.get_data_path(), "fonts", "ttf").glob("*.ttf"):
            memory_files.RESOURCES[str(path)] = path.read_bytes()


_held: list[object] = []
