"""Running the application: every way in which it can end is a clear line and an exit status."""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

from steelyard.cli.statuses import BUG, FINE, INTERRUPTED, WRONG


def run_process() -> NoReturn:
    """Run with the process's arguments and exit."""
    _speak_utf8()
    status = run_arguments(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read the output has enough; what is left must not fail at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _speak_utf8() -> None:
    """Write UTF-8 wherever the process runs; a terminal that cannot show it gets `?`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", newline="\n")


def run_arguments(arguments: Sequence[str]) -> int:  # noqa: PLR0911 - one a way to end
    """Run with some arguments; return the exit status."""
    from steelyard.errors import InvalidInput

    debug = "--debug" in arguments[:1]
    try:
        result = _dispatch(arguments)
    except InvalidInput as error:
        from steelyard.cli.output import say_problems

        say_problems(error.problems)
        return WRONG
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        # usage errors of the parser, of whichever version, have these two
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            return _usage(error)
        if type(error).__name__ == "Abort":
            return INTERRUPTED
        if debug:
            raise
        return _bug(error)
    return result if isinstance(result, int) else FINE


def _dispatch(arguments: Sequence[str]) -> object:
    from steelyard.cli.app import app

    return app(list(arguments), prog_name="steelyard", standalone_mode=False)


def _usage(error: Exception) -> int:
    from steelyard.cli.output import say, say_problems
    from steelyard.errors import Problem

    message = str(error.format_message()).rstrip(".")  # type: ignore[attr-defined]
    if type(error).__name__ == "NoArgsIsHelpError":
        say(message)
        return WRONG
    message = message.replace("Value error, ", "")  # what stands before it says as much
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "steelyard"
    what = message[:1].lower() + message[1:] if message else "the command is not complete"
    say_problems([Problem("SY701", what, fix=f"see `{path} --help`")])
    return WRONG


def _bug(error: Exception) -> int:
    kind = type(error).__name__
    text = " ".join(str(error).split())[:200]
    sys.stderr.write(
        f"steelyard: internal error: {kind}: {text}\n"
        "    This is a bug in steelyard. Please report it, with the command and its input;\n"
        "    `steelyard --debug …` shows where it happened.\n"
    )
    return BUG
