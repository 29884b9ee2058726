"""Running plugin code: inside its limits, and with what it does beside its work overheard."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import TextIOBase

from steelyard.errors import Place
from steelyard.plugin.deprecation import InterfaceDeprecationWarning
from steelyard.plugins.discovery.guarding import EscapedError, OverLimitError, guarded
from steelyard.plugins.discovery.places import shown


@dataclass(slots=True)
class Overheard:
    """What plugin code did beside its work.

    `printed` is the first line that it wrote to standard output, with the line of code that did;
    `deprecated` is what it used that a coming API will not have, likewise.
    """

    module: str
    printed: tuple[str, Place] | None = None
    deprecated: list[tuple[str, Place]] = field(default_factory=list[tuple[str, Place]])


@contextmanager
def plugin_code(module: str, seconds: float, heard: Overheard | None = None) -> Iterator[Overheard]:
    """Run code of the plugin at `module`; see `guarded` for the limits and what comes out.

    What it does beside its work is put into `heard`, once it ends. Standard output is for results:
    what plugins print goes to standard error.
    """
    heard = heard or Overheard(module)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InterfaceDeprecationWarning)
        try:
            with redirect_stdout(_Aside(heard)), guarded(seconds):
                yield heard
        finally:
            own = [one for one in caught if issubclass(one.category, InterfaceDeprecationWarning)]
            uses = [(str(one.message), shown(one.filename, module), one.lineno) for one in own]
            heard.deprecated.extend(
                (what, Place(file, line)) for what, file, line in dict.fromkeys(uses)
            )
            others = [one for one in caught if one not in own]
    for one in others:
        warnings.showwarning(one.message, one.category, one.filename, one.lineno)


def said(error: BaseException) -> str:
    """Return what an error of a plugin says, in one line of bounded length."""
    if isinstance(error, EscapedError):
        error = error.error
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - an error of a plugin may fail to say what it is
        text = ""
    text = text if len(text) <= 300 else f"{text[:297]}…"
    if isinstance(error, OverLimitError):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


class _Aside(TextIOBase):
    """Standard output while plugin code runs: passes on to standard error, and notes by whom."""

    def __init__(self, heard: Overheard) -> None:
        self._heard = heard

    def write(self, text: str, /) -> int:
        """Pass a text on; note the first that is not blank."""
        if self._heard.printed is None and text.strip():
            caller = sys._getframe(1)  # noqa: SLF001 - Python's own way to ask
            place = Place(shown(caller.f_code.co_filename, self._heard.module), caller.f_lineno)
            first = text.strip().splitlines()[0]
            self._heard.printed = (first[:80], place)
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flush standard error."""
        sys.stderr.flush()
