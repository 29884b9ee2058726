"""Limits of the processes in which a plugin's code runs, and how such a process ended."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

MEMORY = 2_000_000_000  # bytes of data that a process may hold
PROCESSOR_SECONDS = 1_800  # far above what may be waited for; it ends what was left alone
_SET_SIGNAL_OF_PARENTS_DEATH = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


def bound_process(starter: int) -> None:
    """Bound the memory and processor time of this process, where the system can.

    On Linux it also ends with the process that started it, even if that is killed: `starter` is
    its number. No core is dumped.
    """
    try:
        import resource
    except ImportError:  # not on this system
        return
    for what, most in (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # a lower limit is set already
            resource.setrlimit(what, (most, most))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_SET_SIGNAL_OF_PARENTS_DEATH, signal.SIGKILL)
        if os.getppid() != starter:  # it ended before that
            sys.exit(1)


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Return whether a process has ended, without giving its number back to the system."""
    if not hasattr(os, "waitid"):
        return process.poll() is not None
    options = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return process.returncode is not None or os.waitid(os.P_PID, process.pid, options) is not None


def stop_group(process: subprocess.Popen[bytes]) -> int | None:
    """Stop a process that leads a session of its own, and whatever it left running.

    Return its status, or None if it had not ended by itself.
    """
    ended = has_ended(process)
    if sys.platform == "win32":
        process.kill()
    elif process.returncode is None:  # else its number may be another's by now
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    status = process.wait()
    return status if ended else None


def ended_how(status: int | None, seconds: float) -> str:
    """Return how a process ended, in words; None is that it was stopped after some seconds."""
    if status is None:
        return f"the process was still running after {seconds:g} seconds"
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        return f"the process was killed by {name}"
    return f"the process ended with status {status}"
