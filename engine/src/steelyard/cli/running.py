"""Running the application: however it ends, it writes a clear line and returns an exit code."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from io import BufferedWriter, RawIOBase, TextIOWrapper
from time import monotonic
from types import FrameType
from typing import NoReturn

from steelyard.cli.exits import EXIT_BUG, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE
from steelyard.cli.output import abandon, lost_output, say, say_problems
from steelyard.cli.speech import language_of, speak
from steelyard.errors import InvalidInput, Problem
from steelyard.model.signals import SIGNALS

# by default 700: a start makes far more objects, keeps nearly all, and would search them in vain
_OBJECTS_BEFORE_COLLECTION = 50_000


def run_process() -> NoReturn:
    """Run with the process's arguments and exit."""
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    _open_streams()
    _clean_up_on_signals()
    status = run_arguments(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        abandon(sys.stdout)  # the reader of the output has stopped
    except OSError as error:
        say_problems(lost_output(error).problems)
        status = EXIT_USAGE
    sys.exit(status)


def _open_streams() -> None:
    """Write UTF-8 in every environment, and open the standard streams that are closed.

    Otherwise the next file that is opened would take the number of a closed stream. Nothing can be
    read from a stream that was closed, and writing results to it fails.
    """
    modes = {"stdin": os.O_WRONLY, "stdout": os.O_RDONLY, "stderr": os.O_WRONLY}
    for number, (name, mode) in enumerate(modes.items()):
        if getattr(sys, name) is None:
            file = os.open(os.devnull, mode)
            if file != number:  # the number is taken: only Python's side was closed
                os.dup2(file, number)
                os.close(file)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8"))  # noqa: PTH123, SIM115 - by its number, and never closed
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, TextIOWrapper):
            if isinstance(stream.buffer, RawIOBase):
                # as with PYTHONUNBUFFERED: a write could stop halfway and nobody would notice
                stream = TextIOWrapper(BufferedWriter(stream.buffer), line_buffering=True)
                setattr(sys, name, stream)
            if stream.isatty():
                stream.reconfigure(errors="replace")  # it may lack a character
            else:
                stream.reconfigure(encoding="utf-8", newline="\n")


def _clean_up_on_signals() -> None:
    """Let a signal end the process in order, so that its temporary files are deleted."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup sets it
            signal.signal(number, _stop)


CLEANING_SECONDS = 5
_stops: list[tuple[int, float]] = []  # the signals that were obeyed, and when


def _stop(number: int, _frame: FrameType | None) -> None:
    """Raise `KeyboardInterrupt`, but not again at once: that would interrupt the cleaning up."""
    now = monotonic()
    if not _stops or now - _stops[-1][1] > CLEANING_SECONDS:
        _stops.append((number, now))
        raise KeyboardInterrupt


def run_arguments(arguments: Sequence[str]) -> int:
    """Run with some arguments; return the exit code."""
    speak(language_of(arguments))
    try:
        from steelyard.cli.app import application

        app = application(arguments[0] if arguments else None)
        result = app(list(arguments), prog_name="steelyard", standalone_mode=False)
    except KeyboardInterrupt:
        return _interrupted()
    except (Exception, SystemExit) as error:
        status = _status_of(error)
        if status is None and "--debug" in arguments[:1]:
            raise
        return _bug(error) if status is None else status
    if _stops:  # typer returns a status of its own
        return _interrupted()
    return result if isinstance(result, int) else EXIT_OK


def _status_of(error: BaseException) -> int | None:
    """Write the message of an error that is the user's or the system's; None for a bug of ours."""
    # typer exits if the reader of the output has enough
    if isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError):
        abandon(sys.stdout)
        return EXIT_OK
    if isinstance(error, SystemExit) and isinstance(error.code, int):
        return error.code  # of shell completion, which the parser's library answers itself
    if isinstance(error, InvalidInput):
        if any(problem.code == "SY116" for problem in error.problems):
            abandon(sys.stdout)  # it may be the full file, and would fail again at exit
        say_problems(error.problems)
    elif hasattr(error, "format_message") and hasattr(error, "exit_code"):
        _say_usage(error)  # of the parser, of whichever version
    elif type(error).__name__ == "Abort":
        return _interrupted()
    elif isinstance(error, OSError) and error.errno is not None:
        say_problems([_refused(error)])
    else:
        return None
    return EXIT_USAGE


def _interrupted() -> int:
    return 128 + _stops[0][0] if _stops else EXIT_INTERRUPTED


def _refused(error: OSError) -> Problem:
    """Return the problem of a file or folder that the system refuses."""
    from steelyard.formats.files import NO_ROOM

    name, reason = error.filename2 or error.filename, error.strerror
    if name is None:
        try:
            sys.stdout.flush()
        except OSError as lost:  # the parser writes its help to it
            return lost_output(lost).problems[0]
    if error.errno in NO_ROOM:
        return Problem("SY116", f"{name or 'a file'} cannot be written: {reason}")
    return Problem("SY101", f"{name or 'a file'} cannot be read: {reason}")


def _say_usage(error: BaseException) -> None:
    message = str(error.format_message()).rstrip(".")  # type: ignore[attr-defined]
    if type(error).__name__ == "NoArgsIsHelpError":
        say(message)
        return
    message = message.replace("Value error, ", "")  # pydantic's prefix repeats the code
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "steelyard"
    what = message[:1].lower() + message[1:] if message else "the command is not complete"
    say_problems([Problem("SY701", what, fix=f"see `{path} --help`")])


def _bug(error: BaseException) -> int:
    kind = type(error).__name__
    text = " ".join(str(error).split())[:200]
    say(
        f"steelyard: internal error: {kind}: {text}\n"
        "    This is a bug in steelyard. Please report it, with the command and its input;\n"
        "    `steelyard --debug …` shows where it happened.\n"
    )
    return EXIT_BUG
