"""What the scan of sources finds, and above all what it leaves alone.

What it finds is also shown, file by file, in tests/fixtures/plugins/SY212-*.
"""

import zipfile
from pathlib import Path

import pytest
from tests.plugins.discovery.loading_fixtures import PLUGINS, source, sources

from steelyard import items
from steelyard.plugins.discovery import load_plugins
from steelyard.plugins.discovery.scanning import scan_source

FINE = {
    "a word that is also a module": "from steelyard.plugin import Text\ntime = Text('Time', '时')\nprint(time.en)",
    "a parameter called id": "def require(id):\n    return id('x')",
    "an own function called open": "def open(what):\n    return what\n\nopen('x')",
    "a module of the package": "from steelyard_tea.random import pick\nfrom . import time\npick()",
    "a day": "from datetime import date\nDAY = date(2026, 1, 1)\nLONG = date.fromisoformat('2026-01-01')",
    "refusing floats": "def check(value):\n    return isinstance(value, float)",
    "own files": "from importlib.resources import files\nDATA = (files(__name__) / 'x.json').read_text()",
    "own files by path": "from pathlib import Path\nHERE = Path(__file__).parent\nDATA = (HERE / 'x').read_text()",
    "a set that is asked": "KINDS = {'a', 'b'}\nprint('a' in KINDS, len(KINDS), sorted(KINDS))",
    "a set that is sorted": "KINDS = {'a', 'b'}\nfor kind in sorted(k.upper() for k in KINDS):\n    print(kind)",
    "a set of a set": "KINDS = {'a', 'b'}\nUPPER = {kind.upper() for kind in KINDS}",
    "a list and a dict": "for kind in ['a']:\n    print({kind: 1}, *(kind,))",
    "paths as texts": "import os\nNAME = os.path.join('a', 'b')",
    "version": "import sys\nNEW = sys.version_info >= (3, 12)",
    "exact numbers": "from decimal import Decimal\nSHARE = Decimal('0.5')\nHALF = Decimal(1) / 2",
    "a registry filled at import": "KINDS = []\n\ndef kind(one):\n    KINDS.append(one)\n    return one",
    "values of its own": "from . import kinds\nfrom steelyard_tea import rows\nimport steelyard_tea.kinds\nkinds.ALL = []\nrows.append(1)\nsteelyard_tea.kinds.ALL = 1",
    "an own object": "from decimal import Context\nEXACT = Context()\nEXACT.prec = 50\nROW = {}\nROW['a'] = 1\nsetattr(EXACT, 'prec', 9)",
    "methods that only compute": "import operator\nfrom decimal import ExtendedContext\nSUM = operator.add(1, 2) + ExtendedContext.add(1, 2)",
    "keys that are sorted": "KINDS = sorted(dict.fromkeys({'a', 'b'}))\nROW = dict.fromkeys(('a', 'b'))",
    "an own calendar": "from .days import calendar\ncalendar.date.today()",
    "own files by its name": "from importlib.resources import files\nDATA = (files('steelyard_tea') / 'x').read_text()",
    "files where it stands": "from importlib.resources import files\nDATA = (files() / 'x').read_text()",
    "its own version": "from importlib.metadata import version\n__version__ = version('steelyard-tea')",
    "asking for a type": "def check(value):\n    return type(value) is int and getattr(value, 'real')",
    "a list of its own in build": "def build(item):\n    rows = []\n    rows.append(item)\n    return rows\n\nItemType(build=build)",
}
FOUND = {
    "import os\nos.environ": "2:1 it uses os.environ: the environment",
    "from os import getenv": "1:1 it imports os.getenv: the environment",
    "import os\nos.path.exists('x')": "2:1 it uses os.path.exists: files that are not its own",
    "import datetime as dt\ndt.datetime.utcnow()": "2:1 it uses datetime.datetime.utcnow: the clock",
    "from math import sqrt": "1:1 it imports math.sqrt: floats",
    "from steelyard import scoring": "1:1 it imports steelyard: what is not part of the plugin interface",
    "import steelyard.model": "1:1 it imports steelyard.model: what is not part of the plugin interface",
    "x = list({1, 2})": "1:10 it goes through a set, which has no order: {1, 2}",
    "x = ','.join(frozenset(y))": "1:14 it goes through a set, which has no order: frozenset(y)",
    "x = [y for y in {1} | {2}]": "1:17 it goes through a set, which has no order: {1} | {2}",
    "import builtins": "1:1 it imports builtins: what all code in the process shares",
    "__builtins__['len'] = None": "1:1 it changes __builtins__['len'] for everybody",
    "import json\njson.dumps = None": "2:1 it changes json.dumps for everybody",
    "import json\njson.calls += 1": "2:1 it changes json.calls for everybody",
    "import json\ndel json.dumps": "2:5 it changes json.dumps for everybody",
    "import json\nvars(json)['dumps'] = 1": "2:1 it changes vars(json)['dumps'] for everybody",
    "import json\njson.__dict__.update(a=1)": "2:1 it changes json.__dict__ for everybody",
    "import json\nsetattr(json, 'dumps', None)": "2:1 it changes json for everybody",
    "from json import JSONEncoder as E\ndelattr(E, 'encode')": "2:1 it changes E for everybody",
    "from steelyard.plugin import Award\nAward.points = 1": "2:1 it changes Award.points for everybody",
    "import decimal\ndecimal.getcontext().prec = 3": "2:1 it uses decimal.getcontext: what all code in the process shares",
    "from warnings import simplefilter": "1:1 it imports warnings.simplefilter: what all code in the process shares",
    "import calendar\ncalendar.datetime.date.today()": "2:1 it uses calendar.datetime.date.today: the clock",
    "from calendar import datetime\ndatetime.datetime.utcnow()": "2:1 it uses calendar.datetime.datetime.utcnow: the clock",
    "from datetime import date\nDAY = date\nDAY.today()": "3:1 it uses datetime.date.today: the clock",
    "import os\nx = getattr(os, 'environ')": "2:5 it uses os.environ: the environment",
    "from importlib import metadata\nmetadata.distributions()": "2:1 it uses importlib.metadata.distributions: the environment",
    "from importlib.resources import files\nx = files('other').joinpath('x').read_text()": "2:5 it reads a file: files('other').joinpath('x').read_text()",
    "def f(registry):\n    type(registry).facts = None": "2:5 it changes type(registry).facts for everybody",
    "def f(registry):\n    kind = type(registry)\n    kind.facts = None": "3:5 it changes kind.facts for everybody",
    "def f(registry):\n    registry.__class__.facts = None": "2:5 it changes registry.__class__.facts for everybody",
    "def f(registry):\n    setattr(type(registry), 'facts', None)": "2:5 it changes type(registry) for everybody",
    "x = dict.fromkeys(set(y))": "1:19 it goes through a set, which has no order: set(y)",
    "x = 2.5e3": "1:5 2500.0 is a float",
    "def build(item):\n    SEEN[item] = 1\n\nSEEN = {}\nItemType(build=build)": "2:5 build changes SEEN of the module",
}  # fmt: skip


@pytest.mark.parametrize("name", FINE)
def test_what_is_fine_is_left_alone(name):
    assert scan_source(FINE[name].encode(), "steelyard_tea") == []


@pytest.mark.parametrize("code", FOUND)
def test_what_is_found(code):
    (finding,) = scan_source(code.encode())
    assert f"{finding.line}:{finding.column} {finding.what}" == FOUND[code]


def test_the_engines_own_plugin_is_clean():
    """It is not looked through each time that it is loaded, so it is here."""
    for path in Path(items.__file__).parent.glob("*.py"):
        findings = [
            one
            for one in scan_source(path.read_bytes())
            if "steelyard.plugins.core" not in one.what
        ]
        assert findings == [], path.name


def test_nothing_of_an_impure_plugin_runs(capsys):
    with sources(PLUGINS / "SY212-impure") as plugins:
        load_plugins(plugins)
        import sys

        assert "broken" not in sys.modules
    assert capsys.readouterr().out == ""


def test_a_plugin_in_an_archive_is_looked_through_too(tmp_path, monkeypatch):
    archive = tmp_path / "zipped.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("zipped/__init__.py", "STEELYARD_API = 1\n")
        made.writestr("zipped/inner.py", "import random\n")
        made.writestr("zipped/tests/test_it.py", "import random\n")
    monkeypatch.syspath_prepend(str(archive))
    (problem,) = load_plugins([source("zipped")]).problems
    assert str(problem).startswith("zipped/inner.py:1:1: SY212 plugin-impure: the plugin zipped ")
