"""Writing of plan files; `steelyard.plan.codec` reads them."""

from pathlib import Path

from steelyard.formats.files import AtomicFiles
from steelyard.model.arguments import given, given_path
from steelyard.plan.codec import canonical_bytes
from steelyard.plan.structure import Plan


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan file: canonical JSON, whose SHA-256 is the plan's digest.

    Raises `InvalidInput` SY116 if the file cannot be written; an old file then remains.
    """
    given(plan, Plan, "plan", "a plan")
    with AtomicFiles() as files:
        files.open(given_path(path, "path")).write(canonical_bytes(plan))
