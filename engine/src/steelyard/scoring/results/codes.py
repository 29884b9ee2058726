"""Lists of names for many merchants: a text for every combination of flags that occurs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BETWEEN = " "  # ids hold no spaces

_MAX_COUNTED = 16  # flags up to which counting combinations beats sorting them

Flags = NDArray[np.bool_]


class Texts:
    """Texts, each with a number, in order of first occurrence."""

    def __init__(self) -> None:
        self.known: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of a text."""
        if text not in self._numbers:
            self._numbers[text] = len(self.known)
            self.known.append(text)
        return self._numbers[text]


def list_names(
    names: Sequence[str], flags: Sequence[Flags], rows: int, texts: Texts
) -> NDArray[np.int32]:
    """Return for every row the number of the text that lists the names whose flags are set.

    A duplicate name is listed once.
    """

    def number(code: int) -> int:
        chosen = (name for place, name in enumerate(names) if code >> place & 1)
        return texts.number(BETWEEN.join(dict.fromkeys(chosen)))

    # a row's code has the bit 2**n set where its n-th flag is
    if len(flags) <= _MAX_COUNTED:
        codes = np.zeros(rows, dtype=np.int32)
        for place, flag in enumerate(flags):
            codes |= flag.astype(np.int32) << place
        present = np.flatnonzero(np.bincount(codes))
        numbers = np.zeros(1 << len(flags), dtype=np.int32)
        numbers[present] = [number(int(code)) for code in present]
        return numbers[codes]
    packed = np.packbits(np.column_stack(list(flags)), axis=1, bitorder="little")
    keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    present, row_of = np.unique(keys, return_inverse=True)
    codes_present = (int.from_bytes(key.tobytes(), "little") for key in present)
    return np.array([number(code) for code in codes_present], dtype=np.int32)[row_of]
