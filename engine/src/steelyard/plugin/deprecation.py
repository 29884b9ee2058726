"""Saying that a part of the interface goes: a warning, which the catalogue tells as SY214."""

import warnings


class InterfaceDeprecationWarning(DeprecationWarning):
    """A plugin uses what a coming version of the plugin API will not have.

    Hook specifications give one to pluggy's `warn_on_impl` and `warn_on_impl_args`.
    """


def deprecated(what: str, instead: str, *, until: int) -> None:
    """Warn the plugin that called the caller: `what` goes with version `until`, use `instead`."""
    text = f"{what} goes with version {until} of the plugin API; use {instead}"
    warnings.warn(text, InterfaceDeprecationWarning, stacklevel=3)
