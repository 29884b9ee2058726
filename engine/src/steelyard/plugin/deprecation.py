"""Warnings about deprecated parts of the plugin API; discovery reports them as SY214."""

import warnings


class InterfaceDeprecationWarning(DeprecationWarning):
    """A plugin uses a part of the API that a coming version will not have.

    Hook specifications give one to pluggy's `warn_on_impl` and `warn_on_impl_args`.
    """


def deprecated(what: str, instead: str, *, until: int) -> None:
    """Warn the plugin that called the caller: version `until` removes `what`; use `instead`."""
    text = f"{what} goes with version {until} of the plugin API; use {instead}"
    warnings.warn(text, InterfaceDeprecationWarning, stacklevel=3)
