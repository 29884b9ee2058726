"""Readers of a merchant's name, industry and shop type."""

from collections.abc import Collection

from steelyard.errors import Problems, suggest
from steelyard.formats import Located
from steelyard.merchants.rows.values import WrongValue, read_id


def read_name(given: Located | None, merchant: Located, problems: Problems) -> str | None:
    """Return the merchant's name, or None after noting a problem (SY603, SY604)."""
    if given is None or given.value is None:
        expected = "`merchant`: the merchant's name or number, as a text"
        problems.add("SY603", "the merchant has no `merchant`", merchant.place, expected=expected)
        return None
    try:
        return read_id("merchant", given)
    except WrongValue as wrong:
        problems.extend([wrong.problem])
        return None


def read_label(
    key: str,
    given: Located | None,
    merchant: Located,
    allowed: Collection[str],
    problems: Problems,
) -> str | None:
    """Return a merchant's `industry` or `shop_type`, or None after noting a problem.

    A shop type that is not given is the first one allowed.
    """
    expected = f"one of {', '.join(allowed)}"
    if given is None or given.value is None:
        if key == "shop_type":
            return next(iter(allowed), None)
        problems.add("SY603", f"the merchant has no `{key}`", merchant.place, expected=expected)
        return None
    value = given.value
    if isinstance(value, str) and value in allowed:
        return value
    if allowed:
        from steelyard.formats.schema_messages import describe

        near = suggest(value[:80], allowed) if isinstance(value, str) else None
        what = f"{key} is {describe(given)}"
        problems.add("SY604", what, given.place, expected=expected, fix=near)
    else:
        problems.add("SY602", f"the book has no {key}", given.place, fix=f"remove `{key}`")
    return None
