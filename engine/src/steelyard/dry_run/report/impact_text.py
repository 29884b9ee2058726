"""The impact of a change as a page for people."""

from collections.abc import Iterator, Mapping, Sequence

from steelyard.dry_run.impact.fractions import ShownFraction, show_fraction
from steelyard.dry_run.impact.model import NO_SCORE, REJECTED, Impact, Label, Segment, Shown, Spread
from steelyard.errors import CODES
from steelyard.model.limits import MAX_TEXT_MERCHANTS
from steelyard.model.texts import Language
from steelyard.report.changes import concerned, edit_line, edits_text
from steelyard.report.wording.layout import columns, plain
from steelyard.report.wording.messages import phrases, say
from steelyard.report.wording.values import MINUS, listed, points
from steelyard.scorecard.values import Exact


def impact_text(impact: Impact, guardrails: Sequence[str], language: Language) -> str:
    """Return the page; `guardrails` are their verdicts, a line each. Lines end with a newline."""
    blocks = [list(_head(impact, language)), _edits(impact, language)]
    if impact.verdict == "measured":
        whole = impact.whole
        blocks += [
            list(_counts(whole, impact.rejections, language)),
            list(_scores(impact, whole, language)),
            tier_matrix(impact, whole, language),
            list(_shares(impact, language)),
            *(_segments(impact, name, language) for name in dimensions(impact)),
            list(_rewards(impact, language)),
            list(_near(impact, whole, language)),
            _merchants(impact, "winner", "impact.winners", language),
            _merchants(impact, "loser", "impact.losers", language),
            _merchants(impact, "near_miss", "impact.near_misses", language),
            _merchants(impact, "no_longer_scored", "impact.gone", language),
        ]
    blocks += [list(_notices(impact, language))]
    if guardrails:
        blocks.append([say("impact.guardrails", language), *(f"  {one}" for one in guardrails)])
    blocks.append(list(_proof(impact, language)))
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def _head(impact: Impact, language: Language) -> Iterator[str]:
    live, candidate = plain(impact.live.name), plain(impact.candidate.name)
    yield say("impact.title", language, live=live, candidate=candidate)
    facts = [days(impact, language)]
    if impact.scene:
        facts.append(say("scene", language, scene=impact.scene))
    if impact.population is not None:
        rows = f"{impact.population.rows:,}"
        facts.append(say("impact.merchants", language, merchants=rows))
    yield " · ".join(facts)
    if impact.verdict != "measured":
        yield say(f"impact.{impact.verdict}", language)
        yield say("impact.nobody_scored", language)
    # of rejected rows nobody knows the industry
    if impact.population is not None and impact.missing_kinds and not impact.rejections:
        names = listed((industry(impact, one, language) for one in impact.missing_kinds), language)
        yield say("impact.missing", language, list=names)


def days(impact: Impact, language: Language) -> str:
    """Return the day or the two days of the scores."""
    if impact.live.as_of == impact.candidate.as_of:
        return say("impact.day", language, day=impact.live.as_of)
    return say("impact.days", language, before=impact.live.as_of, after=impact.candidate.as_of)


def industry(impact: Impact, name: str, language: Language) -> str:
    """Return what people call an industry."""
    return impact.industries[name].of(language) if name in impact.industries else name


def edit_notes(impact: Impact, language: Language) -> dict[int, str]:
    """Return what is known of edits besides what they say."""
    notes: dict[int, str] = {}
    if impact.verdict == "measured":
        notes = {number: say("edit.untouched", language) for number in impact.untouched}
    notes |= {number: say("edit.idle", language) for number in impact.idle}
    return notes


def everybody(impact: Impact) -> list[tuple[str, str | None]]:
    """Return every kind of merchant that either side knows."""
    plans = (*impact.live.plans, *impact.candidate.plans)
    return list(dict.fromkeys((one.industry, one.shop_type) for one in plans))


def _edits(impact: Impact, language: Language) -> list[str]:
    text = edits_text(
        impact.edits,
        impact.where,
        everybody(impact),
        impact.industries,
        language,
        edit_notes(impact, language),
    )
    return text.rstrip("\n").split("\n") if impact.edits else []


def counts_of(whole: Segment) -> list[tuple[str, int]]:
    """Return counts of merchants by what becomes of their score: message key and merchants."""
    return [
        ("impact.unchanged", whole.unchanged),
        ("impact.up", whole.up),
        ("impact.down", whole.down),
        ("impact.newly_scored", whole.newly_scored),
        ("impact.no_longer_scored", whole.count("scored", "no_score")),
        ("impact.newly_rejected", whole.newly_rejected),
        ("impact.no_longer_rejected", whole.count("rejected", "no_score")),
        ("impact.unscored", whole.count("no_score", "no_score")),
        ("impact.rejected", whole.count("rejected", "rejected")),
    ]  # fmt: skip


def _counts(whole: Segment, rejections: Mapping[str, int], language: Language) -> Iterator[str]:
    yield say("impact.merchants.heading", language)
    rows = [
        (say(key, language), f"{n:,}", share_of(n, whole.merchants))
        for key, n in counts_of(whole)
        if n or key in ("impact.unchanged", "impact.up", "impact.down")
    ]
    yield from (f"  {line}" for line in columns(rows, "lrr", gap=2))
    if rejections:
        yield f"  {say('population.rejected', language)}"
        codes = sorted(rejections.items(), key=lambda one: (-one[1], one[0]))[:MAX_TEXT_MERCHANTS]
        reasons = [(f"{n:,}", code, CODES[code].name) for code, n in codes]
        yield from (f"    {line}" for line in columns(reasons, "rll", gap=2))


def _scores(impact: Impact, whole: Segment, language: Language) -> Iterator[str]:
    if not whole.before.merchants and not whole.after.merchants:
        return
    yield say("impact.scores", language)
    rows = [
        ("", say("impact.before", language), say("impact.after", language)),
        *(
            (say(f"impact.{name}", language), *(number(getattr(side, name)) for side in sides))
            for name in ("mean", "median")
            for sides in [(whole.before, whole.after)]
        ),
    ]
    yield from (f"  {line}" for line in columns(rows, "lrr", gap=2))
    change = whole.change
    if change.merchants:
        rise, drop = extremes(change)
        mean = number(change.mean, signed=True)
        count = f"{change.merchants:,}"
        yield "  " + say("impact.mean_change", language, mean=mean, count=count)
        yield "  " + say("impact.largest", language, rise=rise, drop=drop)
    if whole.psi is not None:
        yield "  " + say("impact.psi", language, psi=str(whole.psi))
    if impact.labels:
        yield "  " + say(
            "impact.tier_moves", language, up=f"{whole.tier_up:,}", down=f"{whole.tier_down:,}"
        )


def extremes(change: Spread) -> tuple[str, str]:
    """Return the largest rise and the largest drop."""
    assert change.most is not None
    assert change.least is not None
    rise = Exact(max(change.most.value, 0), change.decimals)
    drop = Exact(min(change.least.value, 0), change.decimals)
    return number(rise, signed=True), number(drop, signed=True)


def labels_used(impact: Impact, whole: Segment) -> list[Label]:
    """Return the places where somebody stands on either side, in order."""
    used = {one.before for one in whole.moves} | {one.after for one in whole.moves}
    tiers = [one for one in impact.labels if one.id not in ("", NO_SCORE, REJECTED)]
    rest = [one for one in impact.labels if one.id in ("", NO_SCORE, REJECTED) and one.id in used]
    return [*tiers, *rest]


def tier_matrix(impact: Impact, whole: Segment, language: Language) -> list[str]:
    """Return the moves between tiers as a table: a row where merchants were, a column where to."""
    labels = labels_used(impact, whole)
    if not labels:
        return []
    moves = {(one.before, one.after): one.merchants for one in whole.moves}
    rows = [("", *(one.title.of(language) for one in labels))]
    for before in labels:
        cells = [moves.get((before.id, after.id), 0) for after in labels]
        rows.append((before.title.of(language), *(f"{n:,}" if n else "·" for n in cells)))
    lines = columns(rows, "l" + "r" * len(labels), gap=2)
    return [say("impact.tiers", language), *(f"  {line}" for line in lines)]


def _shares(impact: Impact, language: Language) -> Iterator[str]:
    found = impact.attribution
    if found is None:
        return
    yield say("impact.attribution", language)
    yield f"  {grain(impact, language)}"
    over, merchants = found.denominator, max(impact.whole.change.merchants, 1)
    moved = any(share.scores for share in found.shares)
    names = ("total", "mean", "up", "down", *(["scored"] if moved else []))

    def row(name: str, points: int, over: int, counts: Sequence[str], scored: int) -> list[str]:
        sums = [show_fraction(points, each, impact.decimals) for each in (over, over * merchants)]
        last = [signed(show_fraction(scored, over))] if moved else []
        return [name, *map(signed, sums), *counts, *last]

    rows = [
        ["", *(say(f"impact.column.{name}", language) for name in names)],
        *(
            row(share.id, share.points, over, (f"{share.up:,}", f"{share.down:,}"), share.scores)
            for share in found.shares
        ),
        row("Σ", found.points, 1, ("", ""), found.scores),
    ]
    yield from (f"  {line}" for line in columns(rows, "l" + "r" * len(names), gap=2))
    for share in found.shares:
        lines = [edit_line(impact.edits[number], language) for number in share.edits]
        shown = lines[:MAX_TEXT_MERCHANTS]
        for place, line in enumerate(shown):
            yield f"  {share.id if place == 0 else '  '}  {line}"
        if len(lines) > MAX_TEXT_MERCHANTS:
            more = str(len(lines) - MAX_TEXT_MERCHANTS)
            yield f"      {say('impact.more', language, count=more)}"


def grain(impact: Impact, language: Language) -> str:
    """Return how exact the shares are, and how coarse the blocks."""
    assert impact.attribution is not None
    words = say("impact.exact", language)
    if impact.attribution.grain == "edit":
        return words
    coarse = say(
        f"impact.grain.{impact.attribution.grain}", language, limit=str(impact.attribution.limit)
    )
    return f"{words} {coarse}"


def dimensions(impact: Impact) -> list[str]:
    """Return the dimensions of the segments, in order."""
    return list(dict.fromkeys(one.dimension for one in impact.segments if one.dimension))


def dimension_name(name: str, language: Language) -> str:
    """Return what people call a dimension; a fact by its id."""
    key = f"impact.dimension.{name}"
    return say(key, language) if key in phrases(language) else name


def _segments(impact: Impact, dimension: str, language: Language) -> list[str]:
    names = ("segment", "merchants", "up", "down", "mean_change", "tier_up", "tier_down")
    rows = [[_column(name, language) for name in names]]
    rows += [segment_cells(one, language) for one in impact.segments if one.dimension == dimension]
    title = say("impact.segments", language, dimension=dimension_name(dimension, language))
    return [title, *(f"  {line}" for line in columns(rows, "lrrrrrr", gap=2))]


def segment_cells(one: Segment, language: Language) -> list[str]:
    """Return a segment's row: who, how many, up, down, mean change, tiers up and down."""
    return [
        one.title.of(language),
        f"{one.merchants:,}",
        f"{one.up:,}",
        f"{one.down:,}",
        number(one.change.mean, signed=True),
        f"{one.tier_up:,}",
        f"{one.tier_down:,}",
    ]


def _column(name: str, language: Language) -> str:
    key = f"impact.{name}" if name in ("up", "down") else f"impact.column.{name}"
    return say(key, language)


def _rewards(impact: Impact, language: Language) -> Iterator[str]:
    changed = [one for one in impact.rewards if one.gained or one.lost or one.cost]
    if not changed:
        return
    yield say("impact.rewards", language)
    rows = []
    for one in changed:
        parts = [
            say(f"impact.{what}", language, count=f"{n:,}")
            for what, n in (("gained", one.gained), ("lost", one.lost))
            if n
        ]
        if one.cost is not None:
            parts.append(
                say(
                    "impact.cost",
                    language,
                    before=str(one.cost.before),
                    after=str(one.cost.after),
                    currency=one.cost.currency,
                )
            )
        rows.append(
            (one.title.of(language), f"{one.before:,} → {one.after:,}", listed(parts, language))
        )
    yield from (f"  {line}" for line in columns(rows, "lrl", gap=2))


def _near(impact: Impact, whole: Segment, language: Language) -> Iterator[str]:
    if whole.near_miss and impact.near is not None:
        yield say("impact.near_miss", language, count=f"{whole.near_miss:,}", near=str(impact.near))


def _merchants(impact: Impact, name: str, key: str, language: Language) -> list[str]:
    shown = [one for one in impact.shown if name in one.lists][:MAX_TEXT_MERCHANTS]
    if not shown:
        return []
    rows = [_merchant(one, impact, language) for one in shown]
    return [say(key, language), *(f"  {line}" for line in columns(rows, "llrl", gap=2))]


def _merchant(one: Shown, impact: Impact, language: Language) -> tuple[str, ...]:
    parts: list[str] = []
    if impact.attribution is not None:
        shares = zip(impact.attribution.shares, one.shares, strict=True)
        over = impact.attribution.denominator
        parts = [
            f"{share.id} {signed(show_fraction(part, over, impact.decimals))}"
            for share, part in shares
            if part
        ]
    scores = f"{number(one.score_before)} → {number(one.score_after)}"
    return (
        plain(one.merchant),
        industry(impact, one.industry, language),
        scores,
        listed(parts, language),
    )


def _notices(impact: Impact, language: Language) -> Iterator[str]:
    for one in impact.notices:
        if one.edited:
            yield say("impact.notice.edited", language, ruleset=one.ruleset)
        elif one.days is None:
            yield say("impact.notice.none", language, ruleset=one.ruleset, start=one.start)
        else:
            yield say(
                "impact.notice",
                language,
                ruleset=one.ruleset,
                announced=str(one.announced),
                start=one.start,
                days=str(one.days),
            )


def _proof(impact: Impact, language: Language) -> Iterator[str]:
    yield say("impact.digests", language)
    rows: list[tuple[str, ...]] = []
    before = {(one.industry, one.shop_type): one for one in impact.live.plans}
    after = {(one.industry, one.shop_type): one for one in impact.candidate.plans}
    for kind in everybody(impact):
        name = (
            concerned([kind], [kind], impact.industries, language)
            if len(everybody(impact)) > 1
            else ""
        )
        who = industry(impact, kind[0], language) + (f" · {kind[1]}" if kind[1] else "")
        sides = [side[kind].digest if kind in side else "" for side in (before, after)]
        rows.append(
            (
                who or name,
                _digest(sides[0]),
                "=" if sides[0] == sides[1] else "→",
                _digest(sides[1]),
            )
        )
    if impact.population is not None:
        rows.append((say("impact.population", language), _digest(impact.population.digest)))
    yield from (f"  {line}" for line in columns(rows, "llll", gap=2))


def _digest(digest: str) -> str:
    return digest[:23] if digest else "—"


def number(value: Exact | None, *, signed: bool = False) -> str:
    """Return a number of points with at least its display decimals; a dash where there is none."""
    if value is None:
        return "—"
    return points(value, min(value.decimals, 2), signed=signed)


def signed(shown: ShownFraction) -> str:
    """Return a fraction's text with a sign; `≈` where it is not all of it."""
    text, whole, _ = shown
    sign = "" if text.startswith("-") or text == "0" else "+"
    return f"{'' if whole else '≈'}{sign}{text}".replace("-", MINUS)


def share_of(part: int, whole: int) -> str:
    """Return a share of merchants in percent, rounded half-even to a tenth."""
    from steelyard.model.numbers import divide, format_scaled

    return f"{format_scaled(divide(1000 * part, whole, 'half_even'), 1)}%" if whole else "—"
