"""Check that a plugin builds the same plans in many processes in different surroundings."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from steelyard.compiler.surroundings import PROCESSES, EndedError, run_everywhere, run_module
from steelyard.plan.codec import digest, digest_bytes
from steelyard.plan.structure import Plan
from steelyard.testing.plugin_kit.report import Finding, Note, NotRunError, one_line
from steelyard.testing.plugin_kit.subject import Subject, item_text

_DRAWS = 10  # of an item type

Drawn = Mapping[str, Sequence[str]]
"""Parameters as YAML, by the name of an item type."""


def plans_are_the_same_everywhere(subject: Subject) -> Iterator[Finding]:
    """Yield the plans that differ between processes."""
    from steelyard.testing.plugin_kit.parameters import draws_of  # the processes do without

    drawn = {
        name: [draw.parameters for draw in draws_of(subject, name)[:_DRAWS]]
        for name in subject.item_types
    }
    sent = json.dumps(drawn)
    try:
        outputs = run_everywhere(
            lambda number: run_module(__name__, [subject.name, str(number)], number, sent)
        )
    except EndedError as error:
        yield one_line(f"a process that built its plans {error}")
        return
    results = [json.loads(output) for output in outputs]
    for label in dict.fromkeys(label for result in results for label in result):
        if len({result.get(label) for result in results}) > 1:
            yield (
                f"{label} differs between processes (hash seed, locale, time zone, folder, order); "
                "look for sets, the environment, the clock, values that change"
            )
    yield Note(f"{len(results[0])} digests compared in {PROCESSES} processes")


def build_digests(subject: Subject, drawn: Drawn, *, backwards: bool) -> dict[str, str]:
    """Return the digests of the declarations and of every plan, built in one of two orders."""
    types = subject.item_types.values()
    items = {f"the example of {each.name}": each.example for each in types}
    for name, texts in drawn.items():
        items |= {f"{name} with {text}": item_text(name, text) for text in texts}
    declared = [
        (each.name, each.title, each.summary, each.parameters, tuple(each.required), each.example)
        for each in types
    ]
    digests = {"its declarations": digest_bytes(repr((subject.facts, declared)).encode())}
    for label in reversed(items) if backwards else items:
        result = subject.attempt(items[label])
        digests[label] = digest(result) if isinstance(result, Plan) else repr(result)
    for name, result in subject.rule_plans.items():
        digests[name] = digest(result) if isinstance(result, Plan) else repr(result)
    with suppress(NotRunError):  # the check of the example book reports it
        for plan in subject.plans:
            selection = " ".join(value for _, value in plan.selection)
            digests[f"{plan.name} {selection}".strip()] = digest(plan)
    return digests


def main(name: str, number: str) -> None:
    """Build the plans named on standard input, and print their digests."""
    output, sys.stdout = sys.stdout, sys.stderr
    drawn = json.load(sys.stdin)
    digests = build_digests(Subject(name, Path()), drawn, backwards=int(number) % 2 == 1)
    output.write(json.dumps(dict(sorted(digests.items()))))


if __name__ == "__main__":
    main(*sys.argv[1:])
