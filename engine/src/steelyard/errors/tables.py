"""Tables in TOML files next to the modules that use them."""

from pathlib import Path
from typing import Any


def read_table(module: str, name: str) -> dict[str, Any]:
    """Return the TOML file with a name next to a module, which is named by its `__file__`."""
    import tomllib  # slow to import, and most commands meet no problem

    return tomllib.loads((Path(module).parent / name).read_text(encoding="utf-8"))
