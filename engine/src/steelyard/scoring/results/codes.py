"""Yes-or-no signals of many merchants, and one text for every combination that occurs."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_COUNTED = 16  # bits of a code up to which counting beats sorting

Flags = NDArray[np.bool_]


class Texts:
    """Texts with a number each, in the order in which they first came."""

    def __init__(self) -> None:
        self.known: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of a text."""
        if text not in self._numbers:
            self._numbers[text] = len(self.known)
            self.known.append(text)
        return self._numbers[text]


def combinations(
    signals: Sequence[Flags], rows: int, text: Callable[[int], str], texts: Texts
) -> tuple[NDArray[np.int32], list[tuple[int, int]]]:
    """Return the number of every row's text, and (code, how often) for the codes that occur.

    A row's code has the bit 2**n set where its n-th signal is; `text` gives the text of a code.
    """
    if len(signals) <= _COUNTED:
        codes = np.zeros(rows, dtype=np.int32)
        for place, signal in enumerate(signals):
            codes |= signal.astype(np.int32) << place
        counts = np.bincount(codes, minlength=1 << len(signals))
        present = np.flatnonzero(counts)
        values, often, row_of = [int(code) for code in present], counts[present], codes
        found = np.zeros(len(counts), dtype=np.int32)
        found[present] = [texts.number(text(value)) for value in values]
    else:
        packed = np.packbits(np.column_stack(list(signals)), axis=1, bitorder="little")
        whole = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
        present, row_of, often = np.unique(whole, return_inverse=True, return_counts=True)
        values = [int.from_bytes(one.tobytes(), "little") for one in present]
        found = np.array([texts.number(text(value)) for value in values], dtype=np.int32)
    return found[row_of], [(value, int(n)) for value, n in zip(values, often, strict=True)]
