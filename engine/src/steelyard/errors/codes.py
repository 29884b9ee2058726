"""Every error code with its name and its meaning, as on the reference page.

1xx files and YAML · 2xx facts, item types, plugins · 3xx rulesets, books, guardrails ·
4xx conditions · 5xx proofs on the plan · 6xx merchant files · 7xx command line.
A released code never changes its meaning.
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
    ("SY104", "file-empty", "The file is empty."),
    ("SY105", "yaml-syntax", "The text is not well-formed YAML."),
    ("SY106", "too-deep", "Values are nested deeper than the limit."),
    ("SY107", "yaml-tag", "The file has a YAML tag; tags are rejected because they can run code."),
    (
        "SY108",
        "yaml-alias",
        "YAML aliases or merge keys repeat more values than the limit, or form a loop.",
    ),
    ("SY109", "duplicate-key", "A mapping has the same key twice."),
    ("SY110", "key-not-text", "A mapping key is not plain text."),
    ("SY111", "several-documents", "The file has more than one YAML document."),
    ("SY112", "json-syntax", "The text is not well-formed JSON."),
    ("SY113", "number-not-finite", "A number is NaN or infinite."),
    ("SY114", "number-too-long", "A number has more digits or a larger exponent than the limit."),
    ("SY115", "too-many-values", "The file has more values than the limit."),
    ("SY116", "file-unwritable", "The file cannot be written."),
    (
        "SY117",
        "wrong-format",
        "The content does not match the format that the file name ends in.",
    ),
    ("SY118", "levels-shape", "The levels of a population are malformed."),
    ("SY119", "population-changed", "The population changed while Steelyard read it."),
    ("SY201", "fact-declaration", "The declaration of a fact is malformed."),
    ("SY202", "duplicate-fact", "Two facts have the same name."),
    ("SY203", "unknown-fact", "No fact with this name is declared."),
    ("SY204", "duplicate-item-type", "Two item types have the same name."),
    ("SY205", "unknown-item-type", "No item type has this name."),
    ("SY206", "plugin-import", "A plugin could not be imported."),
    ("SY207", "plugin-version", "A plugin was written for another version of the plugin API."),
    ("SY208", "plugin-invalid", "A plugin registered something that the API does not accept."),
    ("SY209", "plugin-name-clash", "Two plugins have the same name."),
    ("SY210", "item-type-failed", "An item type could not build its award from its parameters."),
    ("SY211", "plugin-missing", "A ruleset needs a plugin that is not installed or did not load."),
    (
        "SY214",
        "plugin-deprecated",
        "A plugin uses a part of the API that the next version removes.",
    ),
    ("SY301", "ruleset-shape", "A ruleset does not fit its JSON Schema."),
    ("SY302", "duplicate-ruleset", "Two files declare the same version of a ruleset."),
    (
        "SY303",
        "unknown-ruleset",
        "`extends` names a ruleset or version that the book does not have.",
    ),
    ("SY304", "extends-cycle", "Rulesets extend each other in a circle."),
    ("SY305", "duplicate-id", "One layer defines the same id twice."),
    ("SY306", "unknown-id", "A reference names an id that the ruleset does not have."),
    ("SY307", "ambiguous-selection", "Two rulesets apply to the same merchant and date."),
    ("SY308", "selection-gap", "No ruleset applies to some merchants or dates."),
    ("SY309", "dates-out-of-order", "The dates of a ruleset are not in order."),
    ("SY310", "no-ruleset", "The book has no ruleset for this industry, shop type and date."),
    ("SY311", "weights-sum", "Weights do not add up to exactly 1."),
    ("SY312", "bands-order", "Bands of a metric or rows of a table are out of order or unreachable."),
    ("SY313", "tiers-order", "Tiers are not in order from the highest down."),
    ("SY314", "circular-reference", "Scores and outcomes depend on each other in a circle."),
    ("SY315", "incomplete-ruleset", "A ruleset lacks a required part after all layers are joined."),
    ("SY316", "invalid-parameter", "A parameter of an item does not fit the schema of its item type."),
    (
        "SY317",
        "book-shape",
        "`book.yaml` does not fit its JSON Schema, or the folder is not a book.",
    ),
    ("SY318", "unknown-scene", "The book has no scene with this name."),
    (
        "SY319",
        "group-membership",
        "An item is in two groups, or a group mixes items and deductions.",
    ),
    ("SY320", "cases-shape", "A cases file does not fit its JSON Schema."),
    (
        "SY321",
        "overlapping-rollouts",
        "Two rollouts concern one merchant at once, or `extends` names a version in rollout.",
    ),
    ("SY322", "rollout-without-base", "A rollout has no earlier version for the other merchants."),
    ("SY323", "released-edited", "A locked version or fact was edited in place."),
    ("SY324", "released-gone", "A locked version, fact or plugin is missing from the book."),
    ("SY325", "lock-shape", "`book.lock` is malformed or has an unsupported format."),
    ("SY326", "plugin-not-accepted", "The version of a plugin is not one that the book accepts."),
    ("SY327", "plugin-specifier", "A version specifier of a plugin is not valid under PEP 440."),
    ("SY328", "plugin-differs-from-lock", "A plugin differs from the one in the lock of the book."),
    (
        "SY330",
        "guardrails-shape",
        "A guardrails file does not fit its JSON Schema, or a guardrail uses no measure.",
    ),
    ("SY331", "unknown-measure", "A guardrail refers to an unknown measure."),
    ("SY332", "duplicate-guardrail", "Two guardrails in one file have the same id."),
    (
        "SY333",
        "unknown-dimension",
        "A guardrail is judged by a dimension that the run does not have.",
    ),
    ("SY401", "condition-syntax", "A condition is not well-formed."),
    ("SY402", "condition-type", "The operands of a condition have types that do not fit together."),
    ("SY403", "condition-name", "A condition uses an unknown name."),
    ("SY404", "too-many-digits", "A number has more decimals than the value it is compared with."),
    ("SY405", "unknown-value", "A text is not a value of the fact it is compared with."),
    ("SY406", "units-differ", "A condition adds or compares two numbers with different units."),
    ("SY407", "condition-too-long", "A condition is longer or deeper than the limit."),
    ("SY408", "unsupported-cel", "Rulesets may not use this part of CEL."),
    ("SY501", "may-overflow", "Steelyard cannot prove that a value fits in 64 bits."),
    ("SY502", "divisor-may-be-zero", "Steelyard cannot prove that a divisor is never zero."),
    ("SY503", "score-range", "Steelyard cannot prove that the score stays in its range."),
    ("SY504", "plan-unreadable", "A plan file is malformed or has an unsupported format."),
    ("SY601", "merchant-shape", "A merchant file is not a merchant or a list of merchants."),
    ("SY602", "merchant-unknown-fact", "A merchant file has an undeclared fact."),
    ("SY603", "merchant-missing-fact", "A fact that the ruleset requires is missing."),
    ("SY604", "merchant-wrong-type", "A value does not have the type of its fact."),
    ("SY605", "merchant-out-of-bounds", "A value is outside the bounds of its fact."),
    ("SY606", "merchant-duplicate-fact", "A fact is given twice: nested and with a dotted name."),
    ("SY607", "duplicate-merchant", "Two merchants in one file have the same name."),
    ("SY608", "merchant-records", "A list of records is too long, or two records have the same key."),
    ("SY609", "merchant-inconsistent", "Two facts of one merchant contradict each other."),
    ("SY701", "usage", "The command line was used wrongly."),
    ("SY702", "bad-date", "A date is not a real calendar date written YYYY-MM-DD."),
    ("SY703", "unknown-name", "A name in the command line does not exist."),
    ("SY704", "git-revision", "A git revision, or the book in it, cannot be read."),
    ("SY705", "not-comparable", "Two sets of rules cannot be compared with each other."),
    (
        "SY706",
        "report-extra-missing",
        "The page of a dry run needs libraries that draw charts; the extra `report` installs them.",
    ),
    (
        "SY708",
        "testing-extra-missing",
        "The plugin checks need libraries; the extra `testing` installs them.",
    ),
    (
        "SY709",
        "plugin-not-installable",
        "A source tree or wheel has no plugin that can be installed.",
    ),
    ("SY710", "plugin-name-invalid", "A name or title is not valid for a new plugin."),
    ("SY711", "target-not-empty", "The target directory of a new plugin is not empty."),
    (
        "SY725",
        "answers-missing",
        "A command needs answers, but cannot ask because there is no terminal.",
    ),
)

CODES: dict[str, Code] = {row[0]: Code(*row) for row in _TABLE}
