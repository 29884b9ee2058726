"""The kind of application that all commands belong to.

An option is given once, every command takes `--lang` and `--quiet`, and help is in the language of
the user.
"""

from collections import Counter
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from steelyard.cli.help import translate_help, translating
from steelyard.cli.options import Lang
from steelyard.cli.speech import speak, translated
from steelyard.errors import InvalidInput, Problem

Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Write results and problems, and nothing else.")
]
_EVERYWHERE = {"lang": (Lang, "en"), "quiet": (Quiet, False)}


class _Command(TyperCommand):
    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - as in typer
        super().__init__(*arguments, **settings)
        translate_help(self)

    def make_parser(self, ctx: Any) -> Any:  # noqa: ANN401 - a class inside the parser's library
        return _refusing_repeats(super().make_parser(ctx))

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - a class inside the parser's library
        ctx.formatter_class = translating(ctx.formatter_class)
        return super().get_help(ctx)


class LoadingCommand(_Command):
    """A command that loads plugins: it has the option --without-plugin."""

    def __init__(self, name: str | None, **settings: Any) -> None:  # noqa: ANN401 - as the parser's
        super().__init__(name, **settings)
        self.params.append(
            TyperOption(
                param_decls=["--without-plugin"],
                type=str,
                multiple=True,
                metavar="NAME",
                help=translated(
                    "Load no plugin of this name, as if it was not installed; may be repeated."
                ),
                expose_value=False,
                callback=_leave_out,
            )
        )


def _leave_out(context: Any, _option: Any, names: tuple[str, ...] | None) -> None:  # noqa: ANN401 - classes inside the parser's library
    """Leave plugins out until the command has ended."""
    if names:
        from steelyard.plugins.discovery.installed import leaving_out

        context.with_resource(leaving_out(names))


class _Group(TyperGroup):
    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - as in typer
        super().__init__(*arguments, **settings)
        translate_help(self)

    def make_parser(self, ctx: Any) -> Any:  # noqa: ANN401 - a class inside the parser's library
        return _refusing_repeats(super().make_parser(ctx))

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - a class inside the parser's library
        ctx.formatter_class = translating(ctx.formatter_class)
        return super().get_help(ctx)


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
        *,
        loads_plugins: bool = True,
        **settings: Any,  # noqa: ANN401 - as in `typer.Typer`
    ) -> Callable[[Any], Any]:
        """Return a decorator that makes a function a command, as in `typer.Typer`.

        A command that loads plugins can leave some out.
        """
        cls = LoadingCommand if loads_plugins else _Command
        register = super().command(name, cls=cls, **settings)

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            register(_with_common_options(function))
            return function

        return add


def _with_common_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that also takes the options of every command, and obeys them."""
    plain = signature(function)
    missing = {name: one for name, one in _EVERYWHERE.items() if name not in plain.parameters}

    @wraps(function)
    def run(**options: Any) -> Any:  # noqa: ANN401 - as the command
        speak(options["lang"], quiet=options["quiet"])
        return function(**{name: value for name, value in options.items() if name not in missing})

    added = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in missing.items()
    ]
    hints = get_type_hints(function, include_extras=True)
    run.__signature__ = plain.replace(parameters=[*plain.parameters.values(), *added])  # type: ignore[attr-defined]
    run.__annotations__ = {**hints, **{name: kind for name, (kind, _) in missing.items()}}
    return run


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
