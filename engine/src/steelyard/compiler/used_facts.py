"""The facts that the rules of a book use."""

from steelyard.book.kinds import periods, selection_name
from steelyard.book.opening import OpenBook
from steelyard.compiler.selections import compile_rules
from steelyard.model.facts import FactDeclaration


def used_facts(opened: OpenBook, industry: str | None = None) -> list[FactDeclaration]:
    """Return the facts that some plan of a book uses, in declared order.

    With `industry`, only plans for it count. All days and scenes of the book count. Raises
    `InvalidInput` with the problems of rules that do not compile.
    """
    chosen = {
        selection_name(part): part
        for period in periods(opened.book)
        if industry is None or period.kind[0] == industry
        for part in period.parts
        if part is not None
    }
    used = {fact.id for part in chosen.values() for fact in compile_rules(opened, part).facts}
    return [fact for name, fact in opened.facts.items() if name in used]
