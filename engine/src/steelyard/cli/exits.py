"""Exit codes of the command line."""

EXIT_OK = 0  # success
EXIT_FAILED = 1  # a check, case or guardrail failed, or merchants were rejected
EXIT_USAGE = 2  # the input or the usage is wrong, or a file cannot be written; none was
EXIT_BUG = 70  # an error of our own
EXIT_INTERRUPTED = 130  # Ctrl-C; 128 and its number after any signal
