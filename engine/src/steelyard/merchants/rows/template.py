"""A merchant file to fill in."""

from collections.abc import Iterator, Mapping

from steelyard.merchants.rows.values import bounds_text
from steelyard.model.facts import FactDeclaration, FieldDeclaration
from steelyard.model.texts import Language

_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "head": "Fill in what is known; leave null what is not.",
        "name": "The merchant's name or number, in quotes if it is a number",
        "required": "required",
        "optional": "optional",
        "bool": "true or false",
        "int": "whole number",
        "decimal": "number",
        "date": "date YYYY-MM-DD",
        "id": "text",
        "enum": "one of",
        "range": "from {low} to {high}",
        "window": "window {window}",
        "records": "list of at most {count}, [] if none; each:",
    },
    "zh": {
        "head": "填写已知的数据；未知的保留 null。",
        "name": "商家名称或编号；纯数字编号请加引号",
        "required": "必填",
        "optional": "选填",
        "bool": "true 或 false",
        "int": "整数",
        "decimal": "数字",
        "date": "日期 YYYY-MM-DD",
        "id": "文本",
        "enum": "取值",
        "range": "{low} 至 {high}",
        "window": "统计周期 {window}",
        "records": "列表，最多 {count} 条，没有则写 []；每条：",
    },
}
_LABELS = ("merchant", "industry", "shop_type")


def template(
    declarations: Mapping[str, FactDeclaration], industry: str, language: Language = "en"
) -> str:
    """Return a YAML merchant file with every fact of an industry, all null, each explained.

    Reading it back gives a merchant without facts: no name in it is unknown.
    """
    words = _WORDS[language]
    lines = [
        f"# {words['head']}",
        f"# {words['name']}",
        "merchant: my-shop",
        f"industry: {industry}",
    ]
    if "shop_type" in declarations:
        values = ", ".join(declarations["shop_type"].values)
        lines += [f"# {words['enum']}: {values}", "shop_type: null"]
    facts = [
        fact
        for fact in declarations.values()
        if fact.id not in _LABELS and (not fact.industries or industry in fact.industries)
    ]
    sections: dict[str, list[FactDeclaration]] = {}
    for fact in facts:
        section = fact.id.partition(".")[0] if "." in fact.id else ""
        sections.setdefault(section, []).append(fact)
    plain = {fact.id for fact in facts}
    for section, members in sections.items():
        # a section that is also a fact cannot be a mapping, so its members keep dotted names
        nested = bool(section) and section not in plain
        lines.append("")
        if nested:
            lines.append(f"{section}:")
        for fact in members:
            name = fact.id.partition(".")[2] if nested else fact.id
            indent = "  " if nested else ""
            lines += [f"{indent}{line}" for line in _fact_lines(name, fact, words, language)]
    return "\n".join(lines) + "\n"


def _fact_lines(
    name: str, fact: FactDeclaration, words: Mapping[str, str], language: Language
) -> Iterator[str]:
    need = words["required" if fact.required else "optional"]
    window = words["window"].format(window=fact.window) if fact.window else None
    other = fact.title.of("en" if language == "zh" else "zh")
    title = f"{fact.title.of(language)} ({other})"
    if fact.type == "records":
        kind = words["records"].format(count=fact.max_records)
        yield _comment(f"{title}: " + "; ".join(filter(None, [need, window, kind])))
        for number, field in enumerate(fact.fields):
            shape = _shape(field, words)
            field_need = words["required" if field.required else "optional"]
            dash = "- " if number == 0 else "  "
            yield _comment(
                f"  {dash}{field.name}:  {field.title.of(language)}; {field_need}; {shape}"
            )
    else:
        details = "; ".join(filter(None, [need, _shape(fact, words), window]))
        yield _comment(f"{title}: {details}")
    yield f"{name}: null"


def _shape(declaration: FactDeclaration | FieldDeclaration, words: Mapping[str, str]) -> str:
    kind = declaration.type
    if kind == "enum":
        return f"{words['enum']}: {', '.join(declaration.values)}"
    if kind in ("int", "decimal", "date"):
        low, high = bounds_text(declaration)
        unit = f" ({declaration.unit})" if declaration.unit else ""
        return f"{words[kind]}{unit} {words['range'].format(low=low, high=high)}"
    return words[kind]


def _comment(text: str) -> str:
    return "# " + " ".join(text.splitlines())
