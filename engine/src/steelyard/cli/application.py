"""The kind of application that all commands belong to: an option is given once."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from steelyard.errors import InvalidInput, Problem


class _Command(TyperCommand):
    def make_parser(self, ctx: Any) -> Any:  # noqa: ANN401 - a class inside the parser's library
        return _refusing_repeats(super().make_parser(ctx))


class _Group(TyperGroup):
    def make_parser(self, ctx: Any) -> Any:  # noqa: ANN401 - a class inside the parser's library
        return _refusing_repeats(super().make_parser(ctx))


class Application(typer.Typer):
    """An application whose commands refuse an option that is given again, unless it is a list.

    The parser alone would use the last value and say nothing. Running the application raises
    `InvalidInput` SY701 with every such option.
    """

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - as in `typer.Typer`
        super().__init__(cls=_Group, **settings)

    def command(
        self,
        name: str | None = None,
        **settings: Any,  # noqa: ANN401 - as in `typer.Typer`
    ) -> Callable[[Any], Any]:
        """Return a decorator that makes a function a command, as in `typer.Typer`."""
        return super().command(name, cls=_Command, **settings)


def _refusing_repeats(parser: Any) -> Any:  # noqa: ANN401 - a class inside the parser's library
    parse = parser.parse_args

    def parse_once(args: list[str]) -> Any:  # noqa: ANN401 - as the parser returns it
        parsed = parse(args=args)
        times = Counter(id(option) for option in parsed[2])
        repeated = {
            option.name: option
            for option in parsed[2]
            if times[id(option)] > 1 and not (option.multiple or option.is_eager)
        }
        if repeated:
            raise InvalidInput(
                Problem(
                    "SY701",
                    f"{' or '.join((*option.opts, *option.secondary_opts))} is given"
                    f" {times[id(option)]} times",
                    expected="the option once",
                    fix="remove all but one",
                )
                for option in repeated.values()
            )
        return parsed

    parser.parse_args = parse_once
    return parser
