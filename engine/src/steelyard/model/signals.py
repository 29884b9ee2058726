"""The signals that ask a process to end: Ctrl-C, `kill`, and a terminal that is closed."""

import signal

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
