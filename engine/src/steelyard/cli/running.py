"""Running the application: however it ends, it writes a clear line and returns an exit code."""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

from steelyard.cli.exits import EXIT_BUG, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE
from steelyard.cli.output import say, say_problems
from steelyard.errors import InvalidInput, Problem


def run_process() -> NoReturn:
    """Run with the process's arguments and exit."""
    _speak_utf8()
    status = run_arguments(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of the output has stopped; the rest must not fail at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _speak_utf8() -> None:
    """Write UTF-8 in every environment; a terminal shows `?` for a character that it lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", newline="\n")


def run_arguments(arguments: Sequence[str]) -> int:  # noqa: PLR0911 - one return for each way to end
    """Run with some arguments; return the exit code."""
    debug = "--debug" in arguments[:1]
    try:
        from steelyard.cli.app import application

        app = application(arguments[0] if arguments else None)
        result = app(list(arguments), prog_name="steelyard", standalone_mode=False)
    except InvalidInput as error:
        say_problems(error.problems)
        return EXIT_USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Exception as error:
        # usage errors of the parser, of whichever version, have these two
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            return _usage(error)
        if type(error).__name__ == "Abort":
            return EXIT_INTERRUPTED
        if debug:
            raise
        return _bug(error)
    return result if isinstance(result, int) else EXIT_OK


def _usage(error: Exception) -> int:
    message = str(error.format_message()).rstrip(".")  # type: ignore[attr-defined]
    if type(error).__name__ == "NoArgsIsHelpError":
        say(message)
        return EXIT_USAGE
    message = message.replace("Value error, ", "")  # pydantic's prefix repeats the code
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "steelyard"
    what = message[:1].lower() + message[1:] if message else "the command is not complete"
    say_problems([Problem("SY701", what, fix=f"see `{path} --help`")])
    return EXIT_USAGE


def _bug(error: Exception) -> int:
    kind = type(error).__name__
    text = " ".join(str(error).split())[:200]
    sys.stderr.write(
        f"steelyard: internal error: {kind}: {text}\n"
        "    This is a bug in steelyard. Please report it, with the command and its input;\n"
        "    `steelyard --debug …` shows where it happened.\n"
    )
    return EXIT_BUG
