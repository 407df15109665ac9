"""What the zygote loads so that its children need not: libraries, and the caches that their first use fills.

Each step takes some tenths of a second, so the zygote answers after the first and takes the others while it is idle.
Where no file can be opened (no Landlock), what is not loaded beforehand cannot be imported at all: then everything is
loaded before the first answer, and the whole standard library too.
"""

import contextlib
import dbm
import gc
import importlib
import io
import locale
import os
import pkgutil
import re
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
LIBRARIES = words(
    "numpy contourpy PIL mpmath dateutil tzdata mpl_toolkits matplotlib fontTools pandas networkx scipy antlr4 sympy"
)
"""What programs use, as far as it is installed: with all its parts, for many are loaded when first used."""
NOT_WANTED = re.compile(
    r"(^|\.)(tests?|_tester|conftest|__main__|f2py|distutils)(\.|$)|^sympy\.this$|backend_tk"
    r"|^sympy\.printing\.(pytorch|tensorflow|aesaracode|theanocode)$"
)
"""Parts that are tests, print, open a window, or load libraries of hundreds of megabytes."""
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
    wide = [_standard_library, _libraries, _zones, _fonts, _triangles, _databases, _locale, memory_files.find_bound]
    return [_first, _algebra, _figures, _latex, _tables, *(wide if everything else ())]


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
        with contextlib.suppress(Exception):  # an optional package, or a module of another system
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


def _whole(*names: str) -> None:
    """Modules with all their parts."""
    for name in names:
        _import(name)
        parts = pkgutil.iter_modules(getattr(sys.modules.get(name), "__path__", ()))
        below = (f"{name}.{part.name}" for part in parts)
        _whole(*(part for part in below if not NOT_WANTED.search(part)))


def _libraries() -> None:
    _whole(*LIBRARIES)
    if "pandas" in sys.modules:
        _rehearse_tables()


def _standard_library() -> None:
    _whole(*sorted(sys.stdlib_module_names - SIDE_EFFECTS))


def _rehearse_tables() -> None:
    """pandas loads parts of itself when they are first used."""
    import pandas  # type: ignore[import-untyped]

    table = pandas.read_csv(io.StringIO("a,b\n1,x\n2,y\n"))
    table.to_csv(io.StringIO())
    pandas.read_json(io.StringIO(table.to_json()))
    str(table.merge(table, on="a").groupby("a").sum().describe())
    table.pivot_table(index="b", values="a")


def _zones() -> None:
    """The files of all time zones, of the system or of the package that stands in for it.

    `zoneinfo` itself opens them in C: it hands out the same objects as long as somebody holds them.
    """
    import zoneinfo
    from zoneinfo import _tzpath

    package = getattr(sys.modules.get("tzdata"), "__path__", [""])[0]
    for name in zoneinfo.available_timezones():
        _held.append(zoneinfo.ZoneInfo(name))
        _keep(Path(_tzpath.find_tzfile(name) or Path(package, "zoneinfo", name)))


def _fonts() -> None:
    """The fonts that matplotlib brings, which are the ones that it will find."""
    if "matplotlib" in sys.modules:
        import matplotlib
        from matplotlib.font_manager import fontManager

        for path in Path(matplotlib.get_data_path(), "fonts").rglob("*.*"):
            _keep(path)
        for fonts in (fontManager.ttflist, fontManager.afmlist):
            fonts[:] = [font for font in fonts if font.fname in memory_files.RESOURCES]


def _triangles() -> None:
    """matplotlib's triangulation opens /dev/null in C, for what goes wrong, unless it is to be shown."""
    if qhull := sys.modules.get("matplotlib._qhull"):
        delaunay = qhull.delaunay
        qhull.delaunay = lambda x, y, verbose: delaunay(x, y, 1)  # type: ignore[attr-defined]


def _databases() -> None:
    """`dbm`, and so `shelve`, has one kind that is written in Python: the others open files in C."""
    dbm._names = ["dbm.dumb"]  # type: ignore[attr-defined]


def _locale() -> None:
    """The C library keeps what it has once read."""
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "")


_held: list[object] = []


def _keep(path: Path) -> None:
    """The file can be read later, under this name and under its real one."""
    with contextlib.suppress(OSError):
        content = path.read_bytes()
        memory_files.RESOURCES[str(path)] = memory_files.RESOURCES[str(path.resolve())] = content
