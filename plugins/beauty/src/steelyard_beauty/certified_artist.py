"""Certified make-up artist (化妆师): certified people, enough for the advice that is asked."""

from steelyard.plugin import Award, Claims, ItemContext, ItemType, Text, minimum, require


def build(item: ItemContext) -> Award:
    """Return the award: points a person, where there are enough people for the consultations."""
    artists = item.records("beauty.artists")
    today = item.as_of()
    people = artists.count(
        artists.field("holder_match")
        & (artists.field("valid_from") <= today)
        & (today <= artists.field("valid_to"))
    )
    served = people * item.number("consultations_per_artist")
    return Award(
        points=minimum(item.points(people * item.number("per_person")), item.number("max")),
        requirements=(
            require(
                "certified",
                people >= 1,
                Text("A certified artist by real name", "有实名持证的化妆师"),
                remedy=Text("Register a valid certificate.", "登记有效的化妆师证书。"),
            ),
            require(
                "enough-artists",
                served >= item.fact("beauty.consultations_30d"),
                Text("Enough artists for the consultations", "化妆师人数与咨询量匹配"),
                remedy=Text("Certify more artists.", "增加持证化妆师。"),
            ),
            require(
                "satisfaction",
                item.fact("service.satisfaction") >= item.number("min_satisfaction"),
                Text("Buyers are satisfied with the chat", "旺旺满意度达标"),
                assessed=item.fact("service.satisfaction_ratings_30d")
                >= item.number("min_ratings"),
            ),
        ),
    )


ITEM_TYPE = ItemType(
    name="beauty/certified-artist",
    title=Text("Certified make-up artist", "化妆师"),
    summary=Text(
        "Points for each certified artist, where there are enough for the consultations.",
        "按持证化妆师人数加分，人数须与咨询量匹配。",
    ),
    parameters={
        "consultations_per_artist": {
            "description": "One artist is needed for each so many consultations.",
            "description_zh": "每多少次咨询须配备一名化妆师。",
            "type": "integer",
            "minimum": 1,
        },
        "min_satisfaction": {
            "description": "The least chat satisfaction.",
            "description_zh": "旺旺满意度下限。",
            "type": "number",
            "minimum": 0,
            "maximum": 1,
        },
        "min_ratings": {
            "description": "With fewer ratings, satisfaction is not assessed.",
            "description_zh": "评价数少于此值时，不考核满意度。",
            "type": "integer",
            "minimum": 1,
            "default": 30,
        },
        "per_person": {
            "description": "The points given for each certified artist.",
            "description_zh": "每名持证化妆师的分值。",
            "type": "number",
            "exclusiveMinimum": 0,
        },
        "max": {
            "description": "The most points, however many artists there are.",
            "description_zh": "分值上限，不论化妆师人数。",
            "type": "number",
            "exclusiveMinimum": 0,
        },
    },
    required=("consultations_per_artist", "min_satisfaction", "per_person", "max"),
    build=build,
    claims=Claims(
        max_points=lambda item: item.number("max"),
        monotone={"service.satisfaction": "up", "beauty.consultations_30d": "down"},
    ),
    example="""\
id: certified-artists
type: beauty/certified-artist
title: {en: Certified make-up artists, zh: 化妆师}
with: {consultations_per_artist: 5000, min_satisfaction: 0.80, per_person: 0.02, max: 0.05}
illustrative: true
""",
)
