"""Texts of the page of published schemes: what each scheme says, its files, and what is missing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scheme:
    """A published scheme.

    `rulesets` are names of files in docs/schemes; those in `shown` are printed on the page. `says`
    are the rules in a few sentences, and `limits` tells what the rules cannot say, and what they do
    instead.
    """

    title: str
    rulesets: tuple[str, ...]
    shown: tuple[str, ...]
    cases: tuple[str, ...]
    facts: str
    says: str
    example: str
    limits: tuple[str, ...]


NO_MEMORY = (
    "A result that holds until the next review: the rules see one day and no earlier score. "
    "The badge needs the day of the review; on other days the tier is the projected result."
)
LOWEST_IS_ZERO = (
    "The lowest of several dimensions, where one is unknown: an unknown dimension counts as 0 "
    "in a formula. A gate with `has(…)` gives no score instead."
)
WEIGHTS_WITH_FORMULA = (
    "Dimensions without weights: they need weights that add up to 1, although the formula of "
    "the base replaces them."
)

SCHEMES = (
    Scheme(
        title="TikTok Shop: shop performance score",
        rulesets=(
            "tiktok-base",
            "tiktok-shop",
            "tiktok-shop-benchmark",
        ),
        shown=(
            "tiktok-base",
            "tiktok-shop-benchmark",
        ),
        cases=("tiktok-shop",),
        facts="tiktok",
        says=(
            "A score from 0 to 5 for shops with 30 delivered orders in 90 days; fewer orders "
            "give no score, which is not a low score. Three dimensions have two metrics each. "
            "Since 2025-03-13, each category has its own benchmarks. From 4.0, a shop can be a"
            " Star Shop. The formula is not published, so the lines between the benchmarks, "
            "the weights and the rounding are illustrative."
        ),
        example=(
            "A seller's dashboard in public code shows six benchmarks, six values and the "
            "score 4.9. We found no example by TikTok Shop itself. As the formula is "
            "illustrative, the case shows that it agrees with one shop, not that it is the "
            "formula of TikTok Shop."
        ),
        limits=(
            (
                "The category with the most orders of 90 days: the rules choose by the "
                "industry of the merchant, which its file names."
            ),
        ),
    ),
    Scheme(
        title="Etsy: Star Seller",
        rulesets=(
            "etsy-base",
            "etsy-2021",
            "etsy",
        ),
        shown=(
            "etsy-base",
            "etsy",
        ),
        cases=("etsy",),
        facts="etsy",
        says=(
            "A badge for shops that answer 95 % of first messages within 24 hours, ship 95 % "
            "of orders on time with tracking, and have an average rating of 4.8, from 5 orders"
            " and 300 dollars in three months and 90 days after the first sale. Until 2022, 95"
            " % of reviews needed five stars, from 10 orders. The review is on the first of "
            "each month."
        ),
        example=(
            "The FAQ of r/EtsySellers (2023-09-15): a shop that first meets the criteria on 17"
            " April gets the badge on 1 May."
        ),
        limits=(
            NO_MEMORY,
            (
                "An average of stars per review: numbers of different units cannot be "
                "compared, so both facts have the unit `count`."
            ),
        ),
    ),
    Scheme(
        title="eBay: Top Rated Seller and seller levels",
        rulesets=("ebay",),
        shown=("ebay",),
        cases=("ebay",),
        facts="ebay",
        says=(
            "Sellers are Top Rated, Above Standard or Below Standard. A defect rate hurts only"
            " if a count of buyers is exceeded too: 0.5 % or 3 buyers for Top Rated, 2 % or 4 "
            "buyers for Above Standard. Unresolved cases may be 0.3 % or 2, late shipments 3 %"
            " or 5, and tracking must be 95 %. Top Rated needs 90 days, 100 transactions and "
            "1,000 dollars in a year. With 400 transactions in three months, only these count;"
            " with fewer, the year counts. The evaluation is on the 20th of each month."
        ),
        example=(
            "A response of eBay's Analytics API of 2020-05-05, published as a gist: a seller "
            "with one transaction in twelve months is Above Standard. We found no example by eBay "
            "with numbers for the rates."
        ),
        limits=(
            NO_MEMORY,
            LOWEST_IS_ZERO,
            WEIGHTS_WITH_FORMULA,
        ),
    ),
    Scheme(
        title="Mercado Libre: reputation",
        rulesets=(
            "mercadolibre-base",
            "mercadolibre-mexico-2022",
            "mercadolibre-mexico",
            "mercadolibre-brazil",
        ),
        shown=(
            "mercadolibre-base",
            "mercadolibre-mexico",
        ),
        cases=("mercadolibre",),
        facts="mercadolibre",
        says=(
            "A colour from red to green: the worst of claims, cancellations and delays, with "
            "limits by country, from ten sales. MercadoLeader, Gold and Platinum also need a "
            "number of sales, an amount, and three months since registration. The limits "
            "changed on 2023-04-12 in Mexico and on 2023-03-21 in Brazil."
        ),
        example=(
            "The developers' pages show three sellers: level 5 green without the excluded "
            "sales and red with them; a seller in Mexico with level 5 green, whose rates are "
            "yellow by the limits of the next day; and a seller with six sales without a "
            "level. Their example also shows the medal Gold for 219 sales, which does not "
            "agree with the 250 that the help page requires; the case does not check it."
        ),
        limits=(
            (
                "A shown level and a real level in one scorecard: the seller is scored twice, "
                "without and with the excluded sales."
            ),
            (
                "One ruleset with a table of limits by country: each country is a ruleset that"
                " overrides the bands."
            ),
            LOWEST_IS_ZERO,
            WEIGHTS_WITH_FORMULA,
        ),
    ),
    Scheme(
        title="Shopee: penalty points and Preferred Seller",
        rulesets=("shopee",),
        shown=("shopee",),
        cases=("shopee",),
        facts="shopee",
        says=(
            "Each week a missed target costs a point: non-fulfilment (6 %, or 5 % from 76 "
            "orders), late shipment (15 % or 10 %) and each kind of listing violation. "
            "Sanctions start at 3, 6, 9, 12 and 15 points. The count starts again on the first"
            " Monday of each quarter. A Preferred Seller has no point, 50 orders, 30 buyers, a"
            " rating of 4.5 and answers 75 % of chats. The numbers are those of Malaysia in "
            "2019."
        ),
        example=(
            "We found none. The cases test each published limit on both sides, and the "
            "days of the restart."
        ),
        limits=(
            (
                "A score of which less is better: the score counts down from 15, and the "
                "deductions are the penalty points."
            ),
            (
                "Sanctions that last 28 days: the rules give the tier of the day; the days "
                "since it began are not known."
            ),
        ),
    ),
    Scheme(
        title="Ozon: error index, price index and ratings",
        rulesets=(
            "ozon",
            "ozon-carrier",
        ),
        shown=(
            "ozon",
            "ozon-carrier",
        ),
        cases=(
            "ozon",
            "ozon-carrier",
        ),
        facts="ozon",
        says=(
            "The rFBS error index divides the shipments that the seller cancelled by all other"
            " shipments of 14 days; its zones end at 4, 10, 20 and 40 %. Prices are attractive"
            " to an index of 1 and red above 1.10, from ten products. The product rating "
            "counts products with at least two reviews. A carrier is rated by sellers, from "
            "more than ten votes."
        ),
        example=(
            "Ozon calculates the rating of a carrier: 20 votes of 5, 10 of 4, 25 of 3, 25 of 2"
            " and 20 of 1 are 2.85."
        ),
        limits=(
            (
                "A rating for each product: records can be counted and added up, but they have"
                " no scores of their own."
            ),
        ),
    ),
    Scheme(
        title="Allegro: Super Seller and sales quality",
        rulesets=(
            "allegro",
            "allegro-quality",
        ),
        shown=(
            "allegro",
            "allegro-quality",
        ),
        cases=(
            "allegro",
            "allegro-quality",
        ),
        facts="allegro",
        says=(
            "The rules of 2017: 100 ratings in a year, 20 transactions in 30 days, an average "
            "of 4.950 after rounding to three decimals, an active offer and no warning. Since "
            "2024, sales quality has at most 500 points and a grade; Allegro reports the "
            "points, and we found no limits of the grades."
        ),
        example=(
            "Two responses of GET /sale/quality in Allegro's issues: 140 of 500 points are "
            "GOOD, 20 are NEUTRAL. The limit between them is illustrative."
        ),
        limits=(
            (
                "Nothing that the found rules need. The points of each metric of sales quality"
                " are reported, not calculated, because their limits were not found."
            ),
        ),
    ),
    Scheme(
        title="CMS: Star Ratings of Medicare drug plans",
        rulesets=(
            "cms-part-d",
            "cms-cut-point",
        ),
        shown=(
            "cms-part-d",
            "cms-cut-point",
        ),
        cases=(
            "cms-part-d",
            "cms-cut-point",
        ),
        facts="cms",
        says=(
            "Cut points turn twelve measures into 1 to 5 stars. Weights of 1, 2, 3 and 5 give "
            "a mean; a reward and a categorical adjustment are added; the sum is rounded to "
            "half stars. In 2022, improvement and price accuracy count only if they raise the "
            "mean. Half of the measures are needed. From the ratings of October 2022, a cut "
            "point moves by at most 5 percentage points a year."
        ),
        example=(
            "Six real drug plans of 2022: their published values, the published stars of each "
            "measure, and the published rating. The case names state the best mean."
        ),
        limits=(
            (
                "Weights that add up to 29: weights must add up to exactly 1, and 2/29 has no "
                "exact decimal. The weights are in a formula, and those of the dimensions are "
                "rounded and only shown."
            ),
            (
                "Cut points by clustering, and the reward by the percentiles of all contracts:"
                " rules see one merchant, so both are data."
            ),
            (
                "Bands with limits that are values: the cut points with guardrails are a "
                "formula with `? :`."
            ),
            (
                "The higher of this year's and last year's stars after a disaster: not "
                "modelled; the six plans are those without such a measure."
            ),
        ),
    ),
)
