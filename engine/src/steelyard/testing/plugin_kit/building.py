"""Everything that a plugin can be asked to build, as digests that two processes can compare."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from steelyard.plan.fingerprint import digest
from steelyard.plan.structure import Plan
from steelyard.plugin import ItemType
from steelyard.testing.plugin_kit.subject import Subject, module_of
from steelyard.testing.plugin_kit.trial import Trial, item_text
from steelyard.testing.plugin_kit.verdicts import NotRunError

AGAIN = "another plan when it was built again"


def warm_up(name: str, folder: Path) -> str:
    """Load all that the engine loads late, by way of the core; return the plugin's module.

    What happens afterwards is the plugin's doing.
    """
    core = Subject("core", folder)
    Trial(folder, core.catalogue, {}, "trial").compile(
        item_text("core/flat", "{when: 'as_of > date(\"2026-01-01\")', points: 1}")
    )
    return module_of(name)


def build_everything(subject: Subject, stage: Callable[[str], None]) -> dict[str, str]:
    """Return the digests of the facts, of each item type's example, and of each plan.

    `stage` is told what is done next.
    """
    stage("it was imported and registered its declarations")
    if not subject.info.ok:
        return {"problems": _digest("\n".join(map(str, subject.info.problems)))}
    built = {"declarations": _digest(repr((subject.facts, _declared(subject))))}
    for name, item_type in subject.item_types.items():
        stage(f"{name} built its example")
        built[f"the example of {name}"] = _example(subject, name, item_type)
    for name, item_type in reversed(list(subject.item_types.items())):
        stage(f"{name} built its example again")
        if _example(subject, name, item_type) != built[f"the example of {name}"]:
            built[f"the example of {name}"] = AGAIN
    stage("its example book was compiled")
    try:
        for plan in subject.plans:
            selection = " ".join(value for _, value in plan.selection)
            built[f"{plan.ruleset}@{plan.version} {selection}".strip()] = digest(plan)
    except NotRunError:
        return built  # the check of the example book says what is wrong
    return built


def build_drawn(
    subject: Subject, drawn: Mapping[str, Sequence[str]], stage: Callable[[str], None]
) -> dict[str, str]:
    """Return the digests of what item types make of parameters, the last of them built first."""
    stage("it was imported and registered its declarations")
    built: dict[str, str] = {}
    for name, texts in reversed(list(drawn.items())):
        for text in reversed(texts):
            stage(f"{name} built its award with {text}")
            built[label(name, text)] = shown(subject.trial.attempt(item_text(name, text)))
    return built


def label(name: str, parameters: str) -> str:
    """Return what a plan is called that an item type makes of parameters."""
    return f"{name} with {parameters}"


def _example(subject: Subject, name: str, item_type: ItemType) -> str:
    return shown(subject.trial.attempt(item_type.example or f"id: none\ntype: {name}\n"))


def _declared(subject: Subject) -> list[object]:
    return [
        (one.name, one.title, one.summary, one.parameters, tuple(one.required), one.example)
        for one in subject.item_types.values()
    ]


def shown(made: Plan | tuple[object, ...]) -> str:
    """Return the digest of a plan, or of what was said against it."""
    return digest(made) if isinstance(made, Plan) else _digest("\n".join(map(str, made)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
