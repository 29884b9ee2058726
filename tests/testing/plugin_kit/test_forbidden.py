"""The static list of forbidden imports, names and calls: what it finds, and what it allows."""

from pathlib import Path

import pytest

from steelyard import plugins
from steelyard.testing.plugin_kit.forbidden import scan_package, scan_source

FINE = {
    "a word that is also a module": "from steelyard.plugin import Text\ntime = Text('Time', '时')\nlen(time.en)",
    "a parameter called id": "def require(id):\n    return id('x')",
    "an own function called open": "def open(what):\n    return what\n\nopen('x')",
    "a module of the package": "from steelyard_tea.random import pick\nfrom . import time\npick()",
    "a day": "from datetime import date\nDAY = date(2026, 1, 1)\nLONG = date.fromisoformat('2026-01-01')",
    "refusing floats": "def check(value):\n    return isinstance(value, float)",
    "own files": "from importlib.resources import files\nDATA = (files(__name__) / 'x.json').read_text()",
    "own files by path": "from pathlib import Path\nHERE = Path(__file__).parent\nDATA = (HERE / 'x').read_text()",
    "a set that is asked": "KINDS = {'a', 'b'}\nlen(KINDS) == len(sorted(KINDS)) or 'a' in KINDS",
    "a set that is sorted": "KINDS = {'a', 'b'}\nfor kind in sorted(k.upper() for k in KINDS):\n    kind.lower()",
    "a set of a set": "KINDS = {'a', 'b'}\nUPPER = {kind.upper() for kind in KINDS}",
    "a list and a dict": "for kind in ['a']:\n    max({kind: 1}, *(kind,))",
    "paths as texts": "import os\nNAME = os.path.join('a', 'b')",
    "version": "import sys\nNEW = sys.version_info >= (3, 12)",
    "exact numbers": "from decimal import Decimal\nSHARE = Decimal('0.5')\nHALF = Decimal(1) / 2",
    "a registry filled at import": "KINDS = []\n\ndef kind(one):\n    KINDS.append(one)\n    return one",
    "values of its own": "from . import kinds\nfrom steelyard_tea import rows\nimport steelyard_tea.kinds\nkinds.ALL = []\nrows.append(1)\nsteelyard_tea.kinds.ALL = 1",
    "an own object": "from decimal import Context\nEXACT = Context()\nEXACT.prec = 50\nROW = {}\nROW['a'] = 1",
    "methods that only compute": "import operator\nfrom decimal import ExtendedContext\nSUM = operator.add(1, 2) + ExtendedContext.add(1, 2)",
    "keys that are sorted": "KINDS = sorted(dict.fromkeys({'a', 'b'}))\nROW = dict.fromkeys(('a', 'b'))",
    "own files by its name": "from importlib.resources import files\nDATA = (files('steelyard_tea') / 'x').read_text()",
    "files where it stands": "from importlib.resources import files\nDATA = (files() / 'x').read_text()",
    "its own version": "from importlib.metadata import version\n__version__ = version('steelyard-tea')",
    "asking for a type": "def check(value):\n    return type(value) is int and getattr(value, 'real')",
    "a list of its own in build": "def build(item):\n    rows = []\n    rows.append(item)\n    return rows\n\nItemType(build=build)",
}
FOUND = {
    "import os\nos.environ": "2:1 uses os.environ: the environment; use a parameter of the item",
    "from os import getenv": "1:1 imports os.getenv: the environment; use a parameter of the item",
    "import os\nos.path.exists('x')": "2:1 uses os.path.exists: files outside the package; use files(__name__)",
    "import datetime as dt\ndt.datetime.utcnow()": "2:1 calls dt.datetime.utcnow: the clock; use item.as_of()",
    "from math import sqrt": "1:1 imports math.sqrt: floats; use Decimal or int",
    "from steelyard import scoring": "1:1 imports steelyard.scoring: not part of the plugin interface; use steelyard.plugin",
    "import steelyard.model": "1:1 imports steelyard.model: not part of the plugin interface; use steelyard.plugin",
    "import builtins": "1:1 imports builtins: shared by all code of the process",
    "__builtins__['len'] = None": "1:1 uses __builtins__: code that cannot be read",
    "import json\njson.dumps = None": "2:1 changes json.dumps: shared by all code of the process",
    "import json\njson.calls += 1": "2:1 changes json.calls: shared by all code of the process",
    "import json\ndel json.dumps": "2:5 changes json.dumps: shared by all code of the process",
    "import json\nvars(json)['dumps'] = 1": "2:1 uses vars: code that cannot be read",
    "import json\njson.__dict__.update(a=1)": "2:1 uses json.__dict__: code that cannot be read",
    "import json\nsetattr(json, 'dumps', None)": "2:1 uses setattr: code that cannot be read",
    "from json import JSONEncoder as E\ndelattr(E, 'encode')": "2:1 uses delattr: code that cannot be read",
    "from steelyard.plugin import Award\nAward.points = 1": "2:1 changes Award.points: shared by all code of the process",
    "import decimal\ndecimal.getcontext().prec = 3": "2:1 uses decimal.getcontext: shared by all code of the process",
    "from warnings import simplefilter": "1:1 imports warnings.simplefilter: shared by all code of the process",
    "import calendar\ncalendar.datetime.date.today()": "2:1 calls calendar.datetime.date.today: the clock; use item.as_of()",
    "from calendar import datetime\ndatetime.datetime.utcnow()": "2:1 calls datetime.datetime.utcnow: the clock; use item.as_of()",
    "from datetime import date\nDAY = date\nDAY.today()": "3:1 calls DAY.today: the clock; use item.as_of()",
    "import os\nx = getattr(os, 'environ')": "2:5 uses os.environ: the environment; use a parameter of the item",
    "from importlib import metadata\nmetadata.distributions()": "2:1 uses importlib.metadata.distributions: the environment; use a parameter of the item",
    "from importlib.resources import files\nx = files('other').joinpath('x').read_text()": "2:5 reads files('other'): files outside the package; use files(__name__)",
    "def f(registry):\n    registry.__class__.facts = None": "2:5 uses __class__: code that cannot be read",
    "def f(registry):\n    setattr(type(registry), 'facts', None)": "2:5 uses setattr: code that cannot be read",
    "x = 2.5e3": "1:5 2500.0: floats; use Decimal or int",
    "print('x')": "1:1 uses print: standard output is for results",
    "from time import time": "1:1 imports time.time: the clock; use item.as_of()",
}  # fmt: skip


@pytest.mark.parametrize("name", FINE)
def test_allowed_code_has_no_findings(name):
    assert scan_source(FINE[name].encode(), "steelyard_tea") == []


@pytest.mark.parametrize("code", FOUND)
def test_forbidden_code_is_found(code):
    ((line, column, what),) = scan_source(code.encode())
    assert f"{line}:{column} {what}" == FOUND[code]


def test_the_core_uses_nothing_forbidden():
    core = Path(plugins.__file__).parent / "core"
    assert [found for found in scan_package(core) if "plugins.core" not in found] == []


def test_tests_in_a_package_are_not_scanned(tmp_path):
    package = tmp_path / "tea"
    (package / "tests").mkdir(parents=True)
    (package / "__init__.py").write_text("import random\n", encoding="utf-8")
    (package / "tests" / "test_it.py").write_text("import random\n", encoding="utf-8")
    assert list(scan_package(package)) == ["tea/__init__.py:1:1: imports random: chance"]
