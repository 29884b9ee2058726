"""Names that facts cannot or should not have, because they mean something else."""

# words that CEL reserves; a condition cannot begin a name with them
RESERVED_WORDS = frozenset(
    (
        *("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import"),
        *("in", "let", "loop", "package", "namespace", "null", "return", "true", "var", "void"),
        "while",
    )
)
NEVER_IN_NAMES = frozenset(("false", "in", "null", "true"))  # of those, not even after a dot

AS_OF = "as_of"  # the day of the score, in conditions

# columns of results; a fact of such a name is mistaken for one where both are joined
RESULT_COLUMNS = frozenset(
    (
        *("status", "score", "tier", "unrounded", "base", "bonus", "deductions_total"),
        *("dimensions", "items", "deductions", "badges", "reasons", "ruleset", "plan", "problems"),
        *("shadow_score", "shadow_tier", "shadow_plan", "scene", "benefits", "rollout"),
    )
)
