"""Frozen data classes behave as those of the standard library."""

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, asdict, astuple, dataclass, fields, replace

import pytest

from steelyard.model.frozen import frozen


class Pair:
    @property
    def both(self) -> str:
        """The fields as one text."""
        return f"{self.first}{self.second}"


@frozen
class One(Pair):
    first: int
    second: str = "b"


@dataclass(frozen=True, slots=True)
class Two(Pair):
    first: int
    second: str = "b"


@frozen
class Single:
    only: tuple[int, ...]


def test_a_frozen_class_is_a_data_class():
    """Fields, defaults, signature, text, copies and patterns are those of the standard library."""
    one, two = One(1), Two(1)
    assert [(f.name, f.type, f.default) for f in fields(One)] == [
        (f.name, f.type, f.default) for f in fields(Two)
    ]
    assert str(inspect.signature(One)) == str(inspect.signature(Two)).replace("Two", "One")
    assert repr(one) == repr(two).replace("Two", "One")
    assert (asdict(one), astuple(one), one.both) == (asdict(two), astuple(two), "1b")
    assert replace(one, second="c") == One(1, "c") == One(second="c", first=1)
    match one:
        case One(first, second):
            assert (first, second) == (1, "b")
    for made in (one, Single((1, 2))):
        for twin in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made), copy.copy(made)):
            assert twin == made
            assert hash(twin) == hash(made)


def test_equal_values_of_another_class_are_not_equal():
    """Only objects of one class are equal, and only with equal fields."""
    assert One(1) != Two(1)
    assert One(1) != One(2)
    assert One(1) != (1, "b")
    assert len({One(1), One(1, "b"), One(2)}) == 2


@pytest.mark.parametrize("name", ["first", "other"])
def test_nothing_is_assigned_or_deleted(name):
    """Neither fields nor other names are assigned or deleted."""
    one = One(1)
    with pytest.raises(FrozenInstanceError, match=name):
        setattr(one, name, 2)
    with pytest.raises(FrozenInstanceError, match=name):
        delattr(one, name)
    with pytest.raises(TypeError):
        One()
    assert one == One(1)
