"""Exit statuses."""

FINE, NO, WRONG, BUG, INTERRUPTED = 0, 1, 2, 70, 130
