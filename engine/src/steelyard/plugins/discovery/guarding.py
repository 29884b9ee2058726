"""Holding plugin code to limits of time and memory, and telling what broke out of it.

In the main thread of a POSIX system a timer interrupts whatever Python can interrupt. Elsewhere an
exception is set in the thread, which a call into C (a sleep) delays until it returns.
"""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from steelyard.plugins.discovery.limits import MEMORY

AGAIN = 0.05  # seconds until an interruption that was swallowed is repeated


class OverLimitError(Exception):
    """Plugin code took longer, or more memory, than it may; the text says which."""


class EscapedError(Exception):
    """Plugin code raised what is no `Exception` (`SystemExit`, say): `error`."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


class _TimeIsOver(BaseException):
    """Raised in plugin code; no `except Exception` of a plugin swallows it."""


@contextmanager
def guarded(seconds: float) -> Iterator[None]:
    """Hold the code inside to a time and, on Linux, to `MEMORY` more than the process has now.

    Whatever the code raises comes out as an `Exception`: over a limit `OverLimitError`, what is no
    `Exception` as `EscapedError`, all else as it is. Only a Ctrl-C that was really pressed passes
    as `KeyboardInterrupt`. Signal handlers, timers and limits are as before when it ends. Memory is
    limited only where no other thread runs, since the limit is the whole process's.
    """
    in_main = threading.current_thread() is threading.main_thread()
    watch = _alarm if in_main and hasattr(signal, "setitimer") else _watchdog
    pressed: list[int] = []
    try:
        with _interrupts(pressed, in_main=in_main), _memory(in_main=in_main), watch(seconds):
            yield
    except Exception as error:
        if isinstance(error, MemoryError):
            import traceback

            traceback.clear_frames(error.__traceback__)  # what they hold is what was too much
            said = f"needs more than {MEMORY >> 30} GiB of memory"
            raise OverLimitError(said).with_traceback(error.__traceback__) from None
        raise
    except _TimeIsOver as error:
        said = f"takes longer than {seconds:g} s"
        raise OverLimitError(said).with_traceback(error.__traceback__) from None
    except BaseException as error:
        if pressed and isinstance(error, KeyboardInterrupt):
            raise
        raise EscapedError(error).with_traceback(error.__traceback__) from None


@contextmanager
def _interrupts(pressed: list[int], *, in_main: bool) -> Iterator[None]:
    """Note in `pressed` that Ctrl-C was pressed; it then does what it did before."""
    before = signal.getsignal(signal.SIGINT) if in_main else None
    if not callable(before):
        yield
        return

    def note(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _memory(*, in_main: bool) -> Iterator[None]:
    if sys.platform != "linux" or not in_main or threading.active_count() > 1:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", "rb", 0) as file:  # noqa: PTH123 - a tenth of what a Path costs
        size = int(file.read(64).split()[0])
    limit = size * resource.getpagesize() + MEMORY
    if any(one != resource.RLIM_INFINITY and one < limit for one in (soft, hard)):
        yield  # it is held to less already
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise `_TimeIsOver` in the main thread when the time is over, and again if swallowed."""
    rings: list[int] = []
    armed = [True]
    tracing, outermost = sys.gettrace(), _caller()

    def ring(number: int, frame: FrameType | None) -> None:
        if armed[0]:
            rings.append(number)
            if len(rings) > 1:
                _raise_on_every_line(frame, outermost)
            raise _TimeIsOver

    started = time.monotonic()
    before = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        armed[0] = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if rings:
            sys.settrace(tracing)
        if left:  # a timer of somebody else, which goes on
            rest = max(left - (time.monotonic() - started), 0.001)
            signal.setitimer(signal.ITIMER_REAL, rest, interval)


def _raise_on_every_line(frame: FrameType | None, outermost: FrameType | None) -> None:
    """Get out of `while True: try: … except: pass`, which swallows what is raised inside `try`.

    The next line of any frame of the plugin raises, that of the `except` among them.
    """

    def trace(_frame: FrameType, event: str, _argument: object) -> object:
        if event == "line":
            raise _TimeIsOver
        return trace

    def no_other_frames(_frame: FrameType, _event: str, _argument: object) -> None:
        return None

    while frame is not None and frame is not outermost:
        frame.f_trace = trace
        frame = frame.f_back
    sys.settrace(no_other_frames)


def _caller() -> FrameType | None:
    """Return the frame whose `with` block is entered."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - Python's own way to ask
    while frame is not None and frame.f_code.co_filename in (__file__, contextlib.__file__):
        frame = frame.f_back
    return frame


@contextmanager
def _watchdog(seconds: float) -> Iterator[None]:
    """Raise `_TimeIsOver` in this thread when the time is over, from a thread that watches it."""
    import ctypes

    thread = threading.get_ident()
    lock, ended = threading.Lock(), threading.Event()

    def set_in_thread(kind: type[BaseException] | None) -> None:
        raised = None if kind is None else ctypes.py_object(kind)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)

    def watch() -> None:
        pause = seconds
        while not ended.wait(pause):
            with lock:
                if not ended.is_set():
                    set_in_thread(_TimeIsOver)
            pause = AGAIN

    threading.Thread(target=watch, name="steelyard-plugin-limit", daemon=True).start()
    try:
        yield
    finally:
        with lock:
            ended.set()
        set_in_thread(None)
