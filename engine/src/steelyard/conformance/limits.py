"""Limits of the processes in which a plugin's code runs, and how such a process ended."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

MEMORY = 2_000_000_000  # bytes of data that a process may hold


def bound_process() -> None:
    """Bound the memory of this process, where the system can; no core is dumped."""
    try:
        import resource
    except ImportError:  # not on this system
        return
    with suppress(ValueError, OSError):  # a lower limit is set already
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
