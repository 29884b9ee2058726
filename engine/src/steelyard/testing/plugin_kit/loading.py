"""Checks of what a plugin does when it is loaded: nothing but declare, everywhere the same."""

from collections.abc import Iterator

from steelyard.plugins.discovery.scanning import scan_plugin
from steelyard.testing.plugin_kit.building import AGAIN, label, shown
from steelyard.testing.plugin_kit.draws import draws_of
from steelyard.testing.plugin_kit.probing import Probed, run_again, run_probes
from steelyard.testing.plugin_kit.subject import Subject, module_of
from steelyard.testing.plugin_kit.verdicts import Finding, Note, NotRunError

_BY_READING = "SY212"  # what the loader finds in sources before it runs them, and that it prints
_DEPRECATED = "SY214"
_SOME = 20  # draws of an item type


def probes_of(subject: Subject) -> tuple[Probed, ...]:
    """Return what became of the two probes, which run once."""
    found = subject.kept.get("probes")
    if found is None:
        found = subject.kept["probes"] = run_probes(subject.name, subject.folder, subject.loading)
    assert isinstance(found, tuple)
    return found


def loads(subject: Subject) -> Iterator[Finding]:
    """Yield how a process of its own ended, and every problem that registration has."""
    faults = list(dict.fromkeys(one.fault for one in probes_of(subject) if one.fault is not None))
    yield from faults
    if faults:
        return  # it could end this process too
    info = subject.info
    errors = [problem for problem in info.problems if problem.severity == "error"]
    if errors and all(problem.code == _BY_READING for problem in errors):
        raise NotRunError("its sources do what plugin code may not: see quiet-by-reading")
    yield from (str(problem) for problem in errors)
    yield from (Note(str(problem)) for problem in info.problems if problem.code == _DEPRECATED)
    yield Note(f"version {info.version or '?'}, module {info.module}")


def does_nothing_on_loading(subject: Subject) -> Iterator[Finding]:
    """Yield what the plugin was seen to do while it was loaded and built plans."""
    yield from (f"it {seen}" for seen in probes_of(subject)[0].seen)
    for problem in subject.info.problems:
        if problem.code == _BY_READING and problem.severity == "warning":
            yield str(problem)


def says_nothing_else(subject: Subject) -> Iterator[Finding]:
    """Yield what stands in the plugin's files that plugin code may not do; nothing is run."""
    module = module_of(subject.name)
    yield from (str(problem) for problem in scan_plugin(module, f"the plugin {subject.name}"))


def same_plans(subject: Subject) -> Iterator[Finding]:
    """Yield what differs between two processes in different surroundings, or when built again."""
    first, second = (one.built for one in probes_of(subject))
    if not first:
        raise NotRunError("nothing was built")
    for name in dict.fromkeys((*first, *second)):
        if AGAIN in (first.get(name), second.get(name)):
            yield (
                f"{name} is another plan when it is built again in one process; "
                "look for values that building changes"
            )
        elif first.get(name) != second.get(name):
            yield (
                f"{name} differs between two processes (hash seed, locale, time zone, folder); "
                "look for sets, the environment, the clock"
            )
    yield Note(f"{len(first)} digests compared")


def same_plans_for_parameters(subject: Subject) -> Iterator[Finding]:
    """Yield parameters of which another process makes another plan."""
    made = {
        name: {draw.parameters: shown(draw.made) for draw in draws_of(subject, name)[:_SOME]}
        for name in subject.item_types
    }
    drawn = {name: list(digests) for name, digests in made.items()}
    again = run_again(subject.name, subject.folder, drawn, subject.loading)
    if again.fault is not None:
        yield again.fault
        return
    for name, digests in made.items():
        for parameters, digest in digests.items():
            if again.built.get(label(name, parameters)) != digest:
                yield (
                    f"{label(name, parameters)} is another plan in another process, where it is "
                    "built in another order; look for sets, the environment, values that change"
                )
                break
    yield Note(f"{sum(map(len, drawn.values()))} digests compared")
