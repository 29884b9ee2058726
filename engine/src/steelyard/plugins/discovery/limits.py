"""Limits on what a plugin may take and register.

They hold mistakes, not malice: a plugin runs in the same process and can do what Python can. The
figures are far above what a sound plugin needs, so that a slow machine does not meet them.
"""

IMPORT_SECONDS = 10  # to be looked through and imported, to register, to be checked; each
BUILD_SECONDS = 10  # to build one award
MEMORY = 1 << 30  # bytes that the process may grow by while plugin code runs
