"""The command line: one module per command.

In: arguments.
Out: results on stdout, diagnostics on stderr, an exit code: 0 success, 1 a check failed, 2 the
input or the usage is wrong and nothing was written.
Keeps: a quick start: a command imports what it needs when it runs.
Never: shows a traceback for a user's mistake.
"""


def run() -> None:
    """Run the command line with the process's arguments, and exit."""
    from steelyard.cli.running import run_process

    run_process()
