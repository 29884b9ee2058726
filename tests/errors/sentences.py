"""Every sentence that the source can say, found in its syntax trees.

A sentence is given with `VALUE` for each value in it. A function is read from top to bottom, and
every variable keeps the texts that it may have; so a sentence is found that is made in pieces.
What is passed to `CALLS`, or returned by `FUNCTIONS`, is said to people. Texts of the tables next
to the code are added as they are.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import steelyard
from steelyard.errors.tables import read_table
from steelyard.formats.schemas import load_schema
from steelyard.model.json_schema import SCHEMA_NAMES

ENGINE = Path(steelyard.__file__).parent
VALUE = "□"
MOST = 60  # texts of one variable

_CODE = re.compile(r"SY\d{3}")
_CODES = ("CODE", "_CODE", "_LAYOUT", "code", "code or place")
CALLS = {
    "_not_merchants", "_problem", "_refuse", "_refuse_key", "_refused", "_refusal", "_unreadable",
    "_unless_invalid", "_usage", "EndedError", "MalformedError", "Note", "NotRunError", "NumberError", "deprecated", "refuse", "say",
    "translated", "_too_large",
}  # fmt: skip
FUNCTIONS = {
    "_blame", "_award_fault", "_cells", "_choice", "_described", "_describe", "_doubt", "_expected",
    "_fault", "_fix", "_head_faults", "_hook_fault", "_node_faults", "_parameter_faults",
    "_requirement_faults", "_structure_faults", "_test_fault", "_things", "_unusable", "_wrong_link",
    "address_fix", "describe", "describe_fact", "describe_located", "fact_faults", "faults",
    "fault_since", "reordering", "schema_faults", "suggest", "unknown_name", "_similar", "_day_fix",
    "_number_fix", "_in_quotes", "refusal_fault", "_division_fix", "_chain_fix", "_range", "_run",
}  # fmt: skip
_SPOKEN = {"what", "expected", "fix"}
_LEFT_OUT = "plugins/scaffold/templates"  # files of new plugins
_KIT = "testing/plugin_kit"  # all that it yields is a finding of a check

_WORDS = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,})+")  # two or more English words
_PLAIN = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|\([^()]*\)|<[^>]*>|--[a-z-]+( spark)?")
# In code, in names, in the words of the system and of other programs.
_ENGLISH = (
    "steelyard plugins new", "pip install", "No such file or directory", "no licence key",
    "parameter points of refuses is too plain", "choose a rounder number",
    "integer division or modulo by zero", "no licence", "No module named", "division by zero",
    "for ever", "object has no attribute", "object is not iterable",
)  # fmt: skip


Names = dict[str, list[str]]


@dataclass(frozen=True, order=True)
class Sentence:
    """A text that people read, with the file and the line that it is made in."""

    file: str
    line: int
    text: str


def sentences() -> list[Sentence]:
    """Return every sentence of the engine."""
    found = set(_of_tables())
    for path in sorted(ENGINE.rglob("*.py")):
        name = path.relative_to(ENGINE).as_posix()
        if not name.startswith(_LEFT_OUT):
            found |= _Reader(name).read(ast.parse(path.read_text(encoding="utf-8")))
    return sorted(one for one in found if " " in one.text.replace(VALUE, "").strip())


class _Reader:
    """Reads a module: what its functions may say, and what its variables may be meanwhile."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: set[Sentence] = set()
        self.returns = self.spoken = False  # if the function at hand returns, or yields, sentences

    def read(self, module: ast.Module) -> set[Sentence]:
        names: Names = {}
        for part in module.body:
            if isinstance(part, ast.Assign | ast.AnnAssign):
                self.run([part], names)
        for part in ast.walk(module):
            if isinstance(part, ast.FunctionDef):
                self.returns = part.name in FUNCTIONS
                self.spoken = self.returns or self.file.startswith(_KIT)
                self.run(part.body, dict(names))
        return self.found

    def run(self, statements: list[ast.stmt], names: Names) -> bool:
        """Run statements on the texts of variables; return whether they go on to the next."""
        for one in statements:
            self._hear(one, names)
            if isinstance(one, ast.Return | ast.Raise | ast.Continue | ast.Break):
                return False
            if isinstance(one, ast.If):
                if not self._branch(one, names):
                    return False
                continue
            for block in self._blocks(one):
                inside = dict(names)
                if self.run(block, inside):
                    self._join(names, inside)
        return True

    def _branch(self, test: ast.If, names: Names) -> bool:
        """Take the texts after both branches in place of those before; return if one goes on."""
        branches = [(block, dict(names)) for block in (test.body, test.orelse)]
        ends = [inside for block, inside in branches if self.run(block, inside)]
        if ends:
            names |= ends[0]
            self._join(names, ends[-1])
        return bool(ends)

    @staticmethod
    def _join(names: Names, others: Names) -> None:
        for name, texts in others.items():
            names[name] = list(dict.fromkeys((*names.get(name, []), *texts)))[:MOST]

    @staticmethod
    def _blocks(one: ast.stmt) -> Iterator[list[ast.stmt]]:
        if isinstance(one, ast.FunctionDef | ast.ClassDef):
            return
        for key in ("body", "orelse", "finalbody"):
            yield from filter(None, [getattr(one, key, [])])
        for part in (*getattr(one, "handlers", ()), *getattr(one, "cases", ())):
            yield part.body

    def _hear(self, one: ast.stmt, names: Names) -> None:
        """Note what a statement says, and what it makes of variables."""
        for part in _expressions(one):
            for call in ast.walk(part):
                if isinstance(call, ast.Call):
                    for text in _said_by(call, self.file):
                        self._note(text, names)
                if self.spoken and isinstance(call, ast.Yield) and call.value is not None:
                    self._note(call.value, names)
        match one:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names[name] = _texts(value, names)
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Tuple(elts=values)):
                given = [_texts(value, names) for value in values]
                names |= {
                    part.id: texts
                    for part, texts in zip(parts, given, strict=False)
                    if isinstance(part, ast.Name)
                }
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                names[name] = _texts(value, names)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                names[name] = _joined([names.get(name, [VALUE]), _texts(value, names)])
            case ast.Return(value=ast.expr() as value) if self.returns:
                self._note(value, names)

    def _note(self, part: ast.expr, names: Names) -> None:
        parts = part.elts if isinstance(part, ast.Tuple) else [part]
        texts = (text for one in parts for text in _texts(one, names))
        self.found |= {
            Sentence(self.file, part.lineno, line) for text in texts for line in text.split("\n")
        }


def _expressions(one: ast.stmt) -> Iterator[ast.expr]:
    """Yield the expressions of a statement, without those of the statements inside it."""
    for part in ast.iter_child_nodes(one):
        if isinstance(part, ast.expr):
            yield part
        elif isinstance(part, ast.withitem):
            yield part.context_expr


def _said_by(call: ast.Call, file: str) -> Iterator[ast.expr]:
    """Yield the arguments of a call that people read."""
    name = getattr(call.func, "id", None) or getattr(call.func, "attr", "")
    codes = [at for at, one in enumerate(call.args) if _is_code(one)]
    if codes or (name in CALLS and (name != "say" or file.startswith("cli/"))):
        yield from call.args[codes[0] + 1 if codes else 0 :]
    yield from (one.value for one in call.keywords if one.arg in _SPOKEN)


def _is_code(one: ast.expr) -> bool:
    if isinstance(one, ast.Constant):
        return isinstance(one.value, str) and _CODE.fullmatch(one.value) is not None
    return ast.unparse(one) in _CODES


def _texts(part: ast.expr, names: Names) -> list[str]:  # noqa: PLR0911 - one a kind of expression
    """Return the texts that an expression may be; `VALUE` if nothing is known of it."""
    match part:
        case ast.Constant(value=None):
            return []
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            return _joined([_texts(value, names) or [VALUE] for value in values])
        case ast.FormattedValue(value=value):
            known = _texts(value, names) if isinstance(value, ast.IfExp | ast.Name) else []
            return known or [VALUE]
        case ast.IfExp(body=body, orelse=other):
            return [*_texts(body, names), *_texts(other, names)]
        case ast.BoolOp(values=values):
            return [text for value in values for text in _texts(value, names)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined([_texts(left, names), _texts(right, names)])
        case ast.Name(id=name) if name in names:
            return names[name]
    return [VALUE]


def _joined(pieces: list[list[str]]) -> list[str]:
    return list(dict.fromkeys("".join(one) for one in product(*pieces)))[:MOST]


def _of_tables() -> Iterator[Sentence]:
    """Yield the texts of tables and schemas that become a part of problems."""
    words = read_table(str(ENGINE / "formats" / "words.py"), "words.toml")
    habits = read_table(str(ENGINE / "language" / "conditions" / "checks.py"), "habits.toml")
    listed = [
        *(text for entry in (*words["yaml"], *words["json"]) for text in _meaning(entry)),
        *(text for key in ("yaml_cases", "yaml_starts") for entry in words[key].values()
          for text in _meaning(entry)),
        *words["json_expected"].values(), *words["schema_types"].values(),
        *(text.replace("{wanted}", VALUE) for text in words["schema_keywords"].values()),
        *(text for key in ("words", "signs", "pairs", "functions")
          for text in habits[key].values()),
    ]  # fmt: skip
    yield from (Sentence("tables", 1, text) for text in listed)
    for name in SCHEMA_NAMES:
        if name not in ("plan", "scorecard", "impact"):  # which are written, and never checked
            yield from (Sentence(name, 1, text) for text in _descriptions(load_schema(name)))


def _meaning(entry: dict[str, str]) -> tuple[str, str]:
    return entry["what"], entry["expected"]


def _descriptions(schema: object) -> Iterator[str]:
    """Yield the descriptions that stand for patterns, as problems write them."""
    if isinstance(schema, dict):
        text = schema.get("description")
        if isinstance(text, str) and "pattern" in schema:
            small = text[1:2].islower() or text[1:2] == " "
            yield (text[:1].lower() + text[1:] if small else text).rstrip(".")
    parts = schema.values() if isinstance(schema, dict) else schema
    for part in parts if isinstance(schema, dict | list) else ():
        yield from _descriptions(part)


def english(text: str) -> list[str]:
    """Return what is left of English in a translation, outside code and quotes."""
    for name in _ENGLISH:
        text = text.replace(name, "")
    return _WORDS.findall(_PLAIN.sub("", text))
