"""Plugin code is held to its limits, and leaves the process as it found it."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from steelyard.plugins.discovery import guarding
from steelyard.plugins.discovery.guarding import EscapedError, OverLimitError, guarded

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")


def spins():
    while True:
        pass


def sleeps():
    time.sleep(1e6)


def swallows():
    while True:
        try:  # noqa: SIM105 - what this is about
            time.sleep(1)
        except:  # noqa: E722 - the same
            pass


def state():
    import resource

    return (
        signal.getsignal(signal.SIGALRM),
        signal.getsignal(signal.SIGINT),
        resource.getrlimit(resource.RLIMIT_AS),
        sys.gettrace(),
    )


@pytest.mark.parametrize("work", [spins, sleeps, swallows])
def test_code_that_hangs_is_interrupted_and_everything_is_as_before(work):
    before = state()
    began = time.monotonic()
    with pytest.raises(OverLimitError, match=r"takes longer than 0\.2 s"), guarded(0.2):
        work()
    assert time.monotonic() - began < 30
    assert state() == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit, SystemExit, BaseException])
def test_what_is_no_exception_does_not_break_out(error):
    before = state()
    with pytest.raises(EscapedError) as caught, guarded(5):
        raise error
    assert isinstance(caught.value.error, error)
    assert state() == before


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_is_not_taken_for_the_plugins():
    before = state()
    with pytest.raises(KeyboardInterrupt), guarded(5):  # noqa: PT012 - either line may raise
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
    assert state() == before


def test_an_error_of_the_code_comes_out_as_it_is():
    with pytest.raises(ZeroDivisionError), guarded(5):
        _ = 1 // 0


@linux
def test_memory_is_limited_while_the_code_runs_and_not_after():
    assert threading.active_count() == 1
    with pytest.raises(OverLimitError, match="needs more than 1 GiB of memory"), guarded(30):
        _ = [bytes(100_000_000) for _ in range(100)]
    assert len(bytes(guarding.MEMORY + 1)) > guarding.MEMORY  # zero pages, which nothing touches


@linux
def test_a_process_that_is_held_to_less_stays_so():
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    size = int(pages) * resource.getpagesize()
    less = (size + guarding.MEMORY // 2, hard)
    resource.setrlimit(resource.RLIMIT_AS, less)
    try:
        with guarded(5):
            assert resource.getrlimit(resource.RLIMIT_AS) == less
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def test_another_timer_goes_on():
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with guarded(60):
            time.sleep(0.1)
        assert not rang
        time.sleep(0.5)
        assert rang == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def in_a_thread(work, seconds):
    found = []

    def run():
        try:
            with guarded(seconds):
                work()
        except Exception as error:  # noqa: BLE001 - looked at below
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    return found


def test_threads_are_watched_too():
    (error,) = in_a_thread(spins, 0.2)
    assert isinstance(error, OverLimitError)
    assert in_a_thread(lambda: None, 5) == []
    (error,) = in_a_thread(lambda: sys.exit(3), 5)
    assert isinstance(error, EscapedError)
