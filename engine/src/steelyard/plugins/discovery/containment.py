"""Containment of plugin code: its exceptions, its printed output, its deprecation warnings."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TextIO

from steelyard.errors import Place
from steelyard.plugin.context import InterfaceDeprecationWarning
from steelyard.plugins.discovery.places import shown

MAX_TEXT = 300  # characters of an exception's text


class PluginExitError(Exception):
    """Plugin code raised something that is not an `Exception`, such as `SystemExit`."""


@contextmanager
def plugin_code(module: str) -> Iterator[dict[tuple[str, Place], None]]:
    """Contain the code of the plugin at `module`, and record its uses of deprecated API parts.

    Yield the recorded uses in order: pairs of a warning's text and the plugin's line as keys.
    Text that the plugin prints goes to standard error, because standard output is for results.
    Raises `PluginExitError` for an exception that is neither an `Exception` nor a
    `KeyboardInterrupt`, such as `SystemExit`; all others pass unchanged.
    """
    deprecations: dict[tuple[str, Place], None] = {}
    show_warning = warnings.showwarning

    def record(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if issubclass(category, InterfaceDeprecationWarning):
            deprecations[str(message), Place(shown(filename, module), lineno)] = None
        else:
            show_warning(message, category, filename, lineno, file, line)

    try:
        with warnings.catch_warnings(), redirect_stdout(sys.stderr):
            warnings.simplefilter("always", InterfaceDeprecationWarning)
            warnings.showwarning = record
            yield deprecations
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
        raise PluginExitError(failure_text(error)).with_traceback(error.__traceback__) from None


def failure_text(error: BaseException) -> str:
    """Return the type and the text of a plugin's exception, in one line of bounded length."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - a plugin's exception may fail to give its own text
        text = ""
    text = text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 3]}…"
    if isinstance(error, PluginExitError):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
