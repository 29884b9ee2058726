"""What a plugin does besides declaring, seen by an audit hook of the process that loads it.

The hook cannot be taken away again, so it is set in processes that end soon.
"""

import _thread
import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

_DOES = {
    "subprocess.Popen": "starts a process",
    "os.system": "starts a process",
    "os.exec": "starts a process",
    "os.posix_spawn": "starts a process",
    "os.spawn": "starts a process",
    "os.fork": "starts a process",
    "os.forkpty": "starts a process",
    "os.startfile": "starts a process",
    "pty.spawn": "starts a process",
    "_thread.start_new_thread": "starts a thread",
    "_thread.start_joinable_thread": "starts a thread",
    "os.putenv": "changes the environment",
    "os.unsetenv": "changes the environment",
    "os.chdir": "changes the working directory",
    "os.remove": "deletes a file",
    "os.rename": "renames a file",
    "os.mkdir": "makes a folder",
    "os.rmdir": "deletes a folder",
    "os.link": "makes a link",
    "os.symlink": "makes a link",
    "os.chmod": "changes a file",
    "os.chown": "changes a file",
    "os.truncate": "changes a file",
    "os.utime": "changes a file",
    "os.kill": "sends a signal",
    "ctypes.dlopen": "loads a library of the system",
    "urllib.Request": "asks the network",
    "webbrowser.open": "opens a browser",
}
# functions that C has, which no audit event tells of: by module, or by class and name
_CLOCKS = frozenset({"date.today", "datetime.now", "datetime.today", "datetime.utcnow"})
_NETWORK = ("socket.", "http.client.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "telnetlib.")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC


class Watch:
    """Sees what happens while it is `on`; `seen` has one line for each thing, in order.

    Only that counts which a line of the plugin's own files, in `package`, led to.
    """

    def __init__(self, package: Path) -> None:
        self.seen: dict[str, None] = {}
        self.on = False
        self._package = package
        roots = {*sys.path, sys.prefix, sys.base_prefix, str(Path(os.__file__).parent)}
        self._readable = tuple(os.path.realpath(root) for root in sorted(roots) if root)

    def start(self) -> None:
        """Begin to watch this process."""
        sys.addaudithook(self._hook)
        sys.setprofile(self._called)
        if sys.version_info < (3, 12):
            self._watch_threads()
        self.on = True

    def stop(self) -> list[str]:
        """End watching and return what was seen."""
        self.on = False
        sys.setprofile(None)
        return list(self.seen)

    def _watch_threads(self) -> None:
        """Tell the hook of threads, as later versions of Python do."""
        begin = _thread.start_new_thread

        def watched(*arguments: Any) -> int:  # noqa: ANN401 - as they come
            self._hook("_thread.start_new_thread", arguments)
            return begin(*arguments)

        for module, name in ((_thread, "start_new_thread"), (threading, "_start_new_thread")):
            setattr(module, name, watched)

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.on:
            return
        what = self._what(event, arguments)
        if what is not None:
            self.on = False  # what is said about it may open files itself
            try:
                place = self._place(sys._getframe(1))  # noqa: SLF001 - there is no other way
                if place:  # else it is the engine's own doing
                    self.seen.setdefault(f"{what} ({place})")
            finally:
                self.on = True

    def _called(self, frame: FrameType, event: str, function: object) -> None:
        """Note that a line of the plugin leads to a function that reads the clock."""
        if event != "c_call" or not self.on:
            return
        name = str(getattr(function, "__qualname__", ""))
        if name in _CLOCKS or getattr(function, "__module__", None) == "time":
            place = self._place(frame)
            if place:
                self.seen.setdefault(f"reads the clock: {name} ({place})")

    def _what(self, event: str, arguments: tuple[object, ...]) -> str | None:
        if event == "open":
            return self._opened(arguments)
        if event.startswith(_NETWORK):
            return f"asks the network: {event}"
        if event in ("os.listdir", "os.scandir"):
            return self._outside(arguments[0] if arguments else None)
        return _DOES.get(event)

    def _opened(self, arguments: tuple[object, ...]) -> str | None:
        path, mode, flags = (*arguments, None, None, None)[:3]
        if isinstance(mode, str) and set(mode) & set("wax+"):
            return f"writes the file {_shown(path)}"
        if isinstance(flags, int) and flags & _WRITES:
            return f"writes the file {_shown(path)}"
        return self._outside(path)

    def _outside(self, path: object) -> str | None:
        """Return what is said of reading a path, if it is of nothing that is installed."""
        if not isinstance(path, str | bytes | os.PathLike):
            return None
        real = os.path.realpath(os.fsdecode(path))
        if any(real == root or real.startswith(f"{root}{os.sep}") for root in self._readable):
            return None
        return f"reads {_shown(path)}, which is not of the plugin"

    def _place(self, frame: FrameType | None) -> str:
        """Return the line of the plugin's own files that led here, if one did."""
        root = str(self._package)
        while frame is not None:
            file = frame.f_code.co_filename
            if file == root or file.startswith(f"{root}{os.sep}"):
                name = Path(file).relative_to(self._package.parent).as_posix()
                return f"{name}:{frame.f_lineno}"
            frame = frame.f_back
        return ""


def _shown(path: object) -> str:
    return Path(os.fsdecode(path)).name if isinstance(path, str | bytes | os.PathLike) else "a file"
