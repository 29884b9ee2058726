"""Containment of plugin code: its exceptions, its printed output, its deprecation warnings."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

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
    caught: list[warnings.WarningMessage] = []
    try:
        with warnings.catch_warnings(record=True) as caught, redirect_stdout(sys.stderr):
            warnings.simplefilter("always", InterfaceDeprecationWarning)
            yield deprecations
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
        raise PluginExitError(failure_text(error)).with_traceback(error.__traceback__) from None
    finally:
        for warning in caught:
            text, file, line = str(warning.message), warning.filename, warning.lineno
            if issubclass(warning.category, InterfaceDeprecationWarning):
                deprecations[text, Place(shown(file, module), line)] = None
            else:
                warnings.showwarning(warning.message, warning.category, file, line)


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
