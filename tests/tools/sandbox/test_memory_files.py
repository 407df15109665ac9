"""Where no file can be opened, programs still have files of their own: in memory, with the errors of real ones."""

import sys

import pytest

from tools.sandbox import run_python

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can confine a process")

PROGRAMS = {
    "write, append, read, seek": """
with open('f', 'w') as f: f.write('one\\n')
with open('f', 'a') as f: f.write('two\\n')
f = open('f', 'r+')
f.seek(0, 2)
f.write('three')
f.seek(0)
f.read().split()
""",
    "bytes": """
open('b', 'wb').write(b'abc')
f = open('b', 'r+b')
f.seek(1)
f.write(b'XY')
f.truncate(2)
f.seek(0)
f.read()
""",
    "folders": """
import os
os.makedirs('a/b/c')
open('a/b/f', 'w').close()
(sorted(os.listdir('a/b')), [(sorted(d), f) for _, d, f in os.walk('a')], os.path.isdir('a'), os.path.isfile('a/b/f'))
""",
    "pathlib": """
from pathlib import Path
p = Path('d', 'x.txt')
p.parent.mkdir()
p.write_text('hi')
(p.exists(), p.read_text(), [str(q) for q in Path('.').rglob('*.txt')], p.stat().st_size)
""",
    "removing and renaming": """
import os
open('x', 'w').write('1')
os.rename('x', 'y')
old = os.path.exists('x')
text = open('y').read()
os.remove('y')
(old, text, os.listdir('.'))
""",
    "changing the folder": """
import os
os.mkdir('s')
os.chdir('s')
open('in', 'w').close()
os.chdir('..')
os.listdir('s')
""",
    "copying trees": """
import os, shutil
os.mkdir('a')
open('a/f', 'w').write('x')
shutil.copytree('a', 'b')
shutil.copy('a/f', 'g')
shutil.rmtree('a')
(sorted(os.listdir('.')), open('b/f').read())
""",
    "temporary files": """
import tempfile, os
with tempfile.TemporaryDirectory() as d: open(d + '/x', 'w').close()
with tempfile.NamedTemporaryFile('w+') as f:
    f.write('t')
    f.seek(0)
    text = f.read()
(os.path.exists(d), text)
""",
    "archives": """
import zipfile, gzip
with zipfile.ZipFile('z.zip', 'w') as z: z.writestr('in', 'data')
with gzip.open('g.gz', 'wt') as g: g.write('text')
(zipfile.ZipFile('z.zip').read('in'), gzip.open('g.gz', 'rt').read())
""",
    "tables": """
import csv, json
with open('t.csv', 'w', newline='') as f: csv.writer(f).writerows([[1, 2], [3, 4]])
json.dump({'a': 1}, open('j', 'w'))
(list(csv.reader(open('t.csv'))), json.load(open('j')))
""",
    "numpy and pandas": """
import numpy as np, pandas as pd
np.save('n.npy', np.arange(3))
pd.DataFrame({'a': [1, 2]}).to_csv('p.csv', index=False)
(np.load('n.npy').tolist(), pd.read_csv('p.csv')['a'].tolist())
""",
}
ERRORS = {
    "open('nowhere')": "FileNotFoundError",
    "open('/etc/passwd')": "PermissionError",
    "open('../up', 'w')": "PermissionError",
    "import os\nos.mkdir('a')\nos.mkdir('a')": "FileExistsError",
    "open('a', 'x')\nopen('a', 'x')": "FileExistsError",
    "import os\nos.mkdir('a')\nopen('a')": "IsADirectoryError",
    "import os\nos.mkdir('a')\nopen('a/f', 'w')\nos.rmdir('a')": "OSError",
    "import os\nos.listdir('nowhere')": "FileNotFoundError",
    "open('f', 'w').read()": "UnsupportedOperation",
    "open('f', 'q')": "ValueError",
}


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS)
async def test_files_in_memory_give_what_real_ones_give(code: str) -> None:
    real, memory = [await run_python(code, seconds=30, highest=tier) for tier in ("A", "B")]  # type: ignore[arg-type]
    assert memory.status == "ok", memory
    assert memory.standing.tier == "B"
    if real.standing.tier == "A":
        assert memory.value == real.value


@pytest.mark.parametrize(("code", "kind"), ERRORS.items())
async def test_and_fail_as_real_ones_fail(code: str, kind: str) -> None:
    for tier in ("A", "B"):
        result = await run_python(code, seconds=30, highest=tier)  # type: ignore[arg-type]
        assert result.error and result.error.type == kind, (tier, result)


async def test_figures_are_drawn_without_files_too() -> None:
    result = await run_python(
        "import matplotlib.pyplot as plt\nplt.title('$x^2$ Ä')\nplt.plot([1])", seconds=30, highest="B"
    )
    assert (result.status, len(result.images)) == ("ok", 1), result
