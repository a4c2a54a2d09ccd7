"""Properties that are computed once, when they are first asked for."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class derived(Generic[Value]):  # noqa: N801 - written like property and functools.cached_property
    """What functools.cached_property is, without its lock.

    Before Python 3.12 that lock is one for all objects of a class, and threads that measure different blocks of units
    wait for each other. Two threads that ask the same object may both compute the value; it is the same.
    """

    def __init__(self, compute: Callable[[Any], Value]) -> None:  # Any: the object that holds the property
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, held_by: None, owner: type | None = None) -> Self: ...
    @overload
    def __get__(self, held_by: object, owner: type | None = None) -> Value: ...
    def __get__(self, held_by: object | None, owner: type | None = None) -> Self | Value:
        if held_by is None:
            return self
        value = self._compute(held_by)
        held_by.__dict__[self._name] = value
        return value
