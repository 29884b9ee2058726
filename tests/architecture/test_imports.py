"""What may be loaded when: start-up stays light, readers of a plan stay alone."""

import json
import subprocess
import sys

import pytest

HEAVY = (
    "polars",
    "altair",
    "z3",
    "pyspark",
    "jsonschema",
    "lark",
    "pluggy",
    "yaml",
    "rich",
    "fastexcel",
    "xlsxwriter",
)


def modules_after(*code: str) -> set[str]:
    """Return the names of the modules loaded after some lines, in a fresh interpreter."""
    program = "\n".join([*code, "import json, sys", "print(json.dumps(sorted(sys.modules)))"])
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(json.loads(run.stdout.splitlines()[-1]))


def test_import_steelyard_loads_no_stage():
    """`import steelyard` loads none of the stages and none of the libraries they need."""
    loaded = modules_after("import steelyard")
    assert not loaded & set(HEAVY)
    assert {name for name in loaded if name.startswith("steelyard.")} == set()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_loads_no_stage(arguments):
    """`steelyard --help` loads no library that only a verb needs."""
    loaded = modules_after(
        "import io, sys, contextlib",
        "from steelyard.cli import run",
        f"sys.argv = ['steelyard', *{arguments!r}]",
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): run()",
    )
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize(
    "arguments",
    [
        ["score", "rulesets/merchants/little-sprout.yaml", "--as-of", "2026-06-01"],
        ["explain", "rulesets/merchants/little-sprout.yaml", "--as-of", "2026-06-01"],
        ["compile", "rulesets", "--industry", "maternity", "--as-of", "2026-06-01"],
        ["facts", "list"],
        ["plugins", "list"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_rules_and_single_merchants_need_no_frames(arguments):
    """A command that does not need Polars, Spark or plotting does not import them."""
    loaded = modules_after(
        "import io, sys, contextlib",
        "from steelyard.cli import run",
        f"sys.argv = ['steelyard', *{arguments!r}]",
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): run()",
    )
    assert not loaded & {
        "polars",
        "pyarrow",
        "pyspark",
        "altair",
        "hypothesis",
        "numpy",
        "xlsxwriter",
    }
