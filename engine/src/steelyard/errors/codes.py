"""Every error code, with the sentence that the reference page prints for it.

1xx files and YAML · 2xx facts, item types, plugins · 3xx rulesets, books, guardrails ·
4xx conditions · 5xx proofs on the plan · 6xx merchant files · 7xx command line.
A code, once released, keeps its meaning for ever.
"""

from typing import NamedTuple


class Code(NamedTuple):
    """A code, its name in kebab-case, and what it means."""

    code: str
    name: str
    meaning: str


_TABLE = (
    ("SY101", "file-unreadable", "The file is missing, is a directory, or may not be read."),
    ("SY102", "file-too-large", "The file is larger than the limit for its kind."),
    ("SY103", "file-not-utf8", "The file is not UTF-8 text."),
    ("SY104", "file-empty", "The file holds no document."),
    ("SY105", "yaml-syntax", "The text is not well-formed YAML."),
    ("SY106", "too-deep", "Values are nested deeper than the limit."),
    ("SY107", "yaml-tag", "YAML tags are refused: they could name code."),
    ("SY108", "yaml-alias", "Aliases and merge keys repeat more than the limit, or loop."),
    ("SY109", "duplicate-key", "The same key is written twice in one mapping."),
    ("SY110", "key-not-text", "A mapping key is not plain text."),
    ("SY111", "several-documents", "The file holds more than one YAML document."),
    ("SY112", "json-syntax", "The text is not well-formed JSON."),
    ("SY113", "number-not-finite", "NaN and infinities are not numbers here."),
    ("SY114", "number-too-long", "A number has more digits or a larger exponent than the limit."),
    ("SY115", "too-many-values", "The file holds more values than the limit."),
    ("SY116", "file-unwritable", "The file cannot be written."),
    ("SY117", "not-its-format", "The file is not of the format that its name ends in."),
    ("SY118", "levels-shape", "The levels of a population are in a form that is not allowed."),
    ("SY119", "population-changed", "The population changed while it was read."),
    ("SY201", "fact-declaration", "A fact is declared in a form that is not allowed."),
    ("SY202", "fact-declared-twice", "Two declarations use one fact name."),
    ("SY203", "unknown-fact", "No declared fact has this name."),
    ("SY204", "item-type-declared-twice", "Two item types use one name."),
    ("SY205", "unknown-item-type", "No item type of this name is known."),
    ("SY206", "plugin-import", "A plugin could not be imported."),
    ("SY207", "plugin-version", "A plugin was written for another version of the plugin API."),
    ("SY208", "plugin-invalid", "A plugin registered something that is not what the API asks."),
    ("SY209", "plugin-name-clash", "Two plugins use one name."),
    ("SY210", "item-type-failed", "An item type could not build its award from its parameters."),
    ("SY211", "plugin-missing", "A ruleset needs a plugin that is not installed or did not load."),
    ("SY214", "plugin-deprecated", "A plugin uses what a coming version of the API will not have."),
    ("SY301", "ruleset-shape", "A ruleset does not fit its JSON Schema."),
    ("SY302", "ruleset-declared-twice", "Two files declare one ruleset and version."),
    ("SY303", "unknown-ruleset", "`extends` names a ruleset or version that the book lacks."),
    ("SY304", "extends-cycle", "Rulesets extend each other in a circle."),
    ("SY305", "same-id-twice", "One layer says two things about one id."),
    ("SY306", "unknown-id", "A reference names an id that the ruleset does not have."),
    ("SY307", "ambiguous-selection", "Two rulesets could be chosen for one merchant and date."),
    ("SY308", "selection-gap", "No ruleset can be chosen for some merchants or dates."),
    ("SY309", "dates-out-of-order", "The dates of a ruleset are not in order."),
    ("SY310", "no-ruleset", "The book has no ruleset for this industry, shop type and date."),
    ("SY311", "weights-sum", "Weights do not add up to exactly one."),
    (
        "SY312",
        "bands",
        "The bands of a metric or the rows of a table are out of order or unreachable.",
    ),
    ("SY313", "tiers-order", "Tiers are not listed from the highest down."),
    ("SY314", "reads-in-a-circle", "Scores and outcomes read each other in a circle."),
    ("SY315", "incomplete-ruleset", "After all layers, something that a ruleset needs is missing."),
    ("SY316", "parameter", "A parameter of an item does not fit its type's schema."),
    (
        "SY317",
        "book-shape",
        "`book.yaml` does not fit its JSON Schema, or the folder is not a book.",
    ),
    ("SY318", "unknown-scene", "The book has no scene of this name."),
    (
        "SY319",
        "group-membership",
        "An item is in two groups, or a group mixes items and deductions.",
    ),
    ("SY320", "cases-shape", "A cases file does not fit its JSON Schema."),
    (
        "SY321",
        "rollouts-clash",
        "Two rollouts concern one merchant at once, or `extends` names a version being rolled out.",
    ),
    ("SY322", "rollout-from-nothing", "A rollout has no version that it is rolled out from."),
    ("SY323", "released-edited", "A version or fact that is in the lock was edited in place."),
    (
        "SY324",
        "released-gone",
        "A version, fact or plugin that is in the lock is gone from the book.",
    ),
    ("SY325", "lock-shape", "`book.lock` is not a lock, or is of another format."),
    ("SY326", "plugin-not-accepted", "A plugin is of a version that the book does not accept."),
    (
        "SY327",
        "plugin-specifier",
        "The versions of a plugin that a book accepts are not written as PEP 440 has it.",
    ),
    ("SY328", "plugin-not-as-locked", "A plugin is not the one that the lock of the book names."),
    (
        "SY330",
        "guardrails-shape",
        "A guardrails file does not fit its JSON Schema, or a guardrail judges nothing.",
    ),
    ("SY331", "unknown-measure", "A guardrail reads a measure that there is not."),
    ("SY332", "guardrail-twice", "Two guardrails of one file have the same id."),
    ("SY333", "unknown-dimension", "A guardrail is judged by a dimension that the run lacks."),
    ("SY401", "condition-syntax", "A condition is not well-formed."),
    ("SY402", "condition-type", "The parts of a condition do not fit together."),
    ("SY403", "condition-name", "A condition reads a name that is not known."),
    ("SY404", "too-many-digits", "A number has more decimals than what it is compared with."),
    ("SY405", "unknown-value", "A text is not among the values of the fact it is compared with."),
    ("SY406", "units-differ", "Two numbers of different units are added or compared."),
    ("SY407", "condition-too-long", "A condition is longer or deeper than the limit."),
    ("SY408", "not-in-the-subset", "This part of CEL is not in the subset that rulesets may use."),
    ("SY501", "may-overflow", "A value cannot be proved to fit in 64 bits."),
    ("SY502", "divisor-may-be-zero", "A divisor cannot be proved to be other than zero."),
    ("SY503", "score-range", "The score cannot be proved to stay in its range."),
    ("SY504", "plan-unreadable", "A plan file is not a plan, or is of another format."),
    ("SY601", "merchant-shape", "A merchant file is not a merchant or a list of merchants."),
    ("SY602", "merchant-unknown-fact", "A merchant file gives a fact that nobody declared."),
    ("SY603", "merchant-missing-fact", "A fact that the ruleset requires is missing."),
    ("SY604", "merchant-wrong-type", "A value is not of its fact's type."),
    ("SY605", "merchant-out-of-bounds", "A value lies outside its fact's bounds."),
    ("SY606", "merchant-fact-twice", "One fact is given twice, nested and dotted."),
    ("SY607", "merchant-twice", "Two merchants in one file have the same name."),
    ("SY608", "records", "A list of records is too long, or repeats a key."),
    ("SY609", "merchant-inconsistent", "Two facts of one merchant contradict each other."),
    ("SY701", "usage", "The command line was used wrongly."),
    ("SY702", "bad-date", "A date is not a real calendar date written YYYY-MM-DD."),
    ("SY703", "unknown-name", "What was asked for does not exist."),
    ("SY704", "git-revision", "A git revision, or the book in it, cannot be read."),
    ("SY705", "not-comparable", "Two sets of rules cannot be compared with each other."),
    ("SY706", "report-extra-missing", "The page of a dry run needs libraries that draw charts."),
    ("SY708", "testing-extra-missing", "The conformance kit needs libraries that make examples."),
    ("SY709", "plugin-not-installable", "A source tree or wheel holds no plugin that installs."),
    ("SY710", "name-for-a-plugin", "A name or title with which a plugin cannot be made."),
    ("SY711", "plugin-in-the-way", "Where a plugin is to be made there is something already."),
    ("SY725", "answers-missing", "A command needs answers, and nobody is there to give them."),
)

CODES: dict[str, Code] = {row[0]: Code(*row) for row in _TABLE}
