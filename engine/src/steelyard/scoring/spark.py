"""Scoring on Spark: executors run the Polars evaluator on plans that they receive as data.

Executors need the engine, not its plugins, and neither the book nor its files. A row gives the same
result as on one machine, whatever partition it is in.
"""

import os
import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steelyard.errors import InvalidInput, Place
from steelyard.errors.output import problem_json
from steelyard.scoring.plans import PlanSet, plans_of

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from steelyard.merchants.columns import Batch
    from steelyard.scoring.batches import PopulationScorer, ScoredBatch

SOURCE = "the Spark frame"
GATHERED = 131_072  # rows that are evaluated together, whatever the size of Spark's own batches

_DUPLICATES = "_duplicates"
_PROBLEM = ("code", "name", "what", "expected", "fix")


@dataclass(frozen=True, slots=True)
class SparkScores:
    """The results for all rows of a frame.

    `all` has the columns of `--out FILE.parquet` and `problems`, which is null for merchants that
    were not rejected. Both other frames are filters on it: `all.cache()` first if both are used.
    """

    all: "DataFrame"

    @property
    def scores(self) -> "DataFrame":
        """A row a merchant, with a score or without."""
        return self.all.where("problems IS NULL").drop("problems")

    @property
    def rejects(self) -> "DataFrame":
        """Rejected rows: `merchant`, and `problems` with every reason."""
        return self.all.where("problems IS NOT NULL").select("merchant", "problems")


def score(
    df: "DataFrame",
    book: str | Path | PlanSet,
    as_of: date | str | None = None,
    *,
    scene: str | None = None,
) -> SparkScores:
    """Score a Spark frame of raw merchants, with the columns that a Parquet population has.

    `book` is a folder, or plans from `open_plans`, which know their day and scene.

    Nothing runs until the result is used. Merchants that are named in several rows are rejected in
    all of them, which takes one aggregation over the names. Raises `InvalidInput` for columns that
    cannot hold merchants, and with the problems of the book.
    """
    from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it
    from pyspark.sql.pandas.types import from_arrow_schema

    from steelyard.scoring.batches import ScoredBatch

    if not callable(getattr(df, "mapInArrow", None)) or not hasattr(df, "sparkSession"):
        raise TypeError(f"df is a {type(df).__name__}, not a Spark frame")
    plans = plans_of(book, as_of, scene)
    _check_columns(df, plans)
    _check_kinds(df, plans)
    # Spark reads a dot in a name as a field of a struct
    names = tuple(df.columns)
    numbered = df.toDF(*(f"column{number}" for number in range(len(names))))
    name = f"column{names.index('merchant')}"
    counted = (
        numbered.where(F.col(name).isNotNull()).groupBy(name).agg(F.count("*").alias(_DUPLICATES))
    )
    marked = numbered.join(counted.where(F.col(_DUPLICATES) > 1), name, "left").select(
        *numbered.columns, _DUPLICATES
    )
    content = pickle.dumps(plans)
    _, scorer = _scorer(content)
    nothing = ScoredBatch((), 0, scorer.nothing(), ())
    schema = from_arrow_schema(_table(nothing, scorer).schema)
    return SparkScores(marked.mapInArrow(_evaluate(df.sparkSession, content, names), schema))


def _check_columns(df: "DataFrame", plans: PlanSet) -> None:
    import polars as pl
    from pyspark.sql.pandas.types import to_arrow_schema

    from steelyard.merchants.columns.frames import check_columns, flat

    empty = pl.DataFrame(pl.from_arrow(to_arrow_schema(df.schema).empty_table()))
    problems = check_columns(flat(empty).schema, plans.known, Place(SOURCE), texts=False)
    if problems:
        raise InvalidInput(problems)


def _check_kinds(df: "DataFrame", plans: PlanSet) -> None:
    """Raise the problems of invalid rulesets if a merchant of the frame needs one of them."""
    wrong = {
        (plan.industry, plan.shop_type): part.problems
        for plan in plans.plans
        for part in plan.parts
        if part.is_wrong
    }
    if not wrong:
        return
    labels = [name for name in ("industry", "shop_type") if name in df.columns]
    default = next(iter(plans.known.shop_types), None)
    for row in df.select(*labels).distinct().collect():
        given = row.asDict()
        problems = wrong.get((given["industry"], given.get("shop_type") or default))
        if problems:
            raise InvalidInput(problems)


def _evaluate(
    session: Any,  # noqa: ANN401 - a Spark session of either kind
    content: bytes,
    names: tuple[str, ...],
) -> Callable[[Iterable["pa.RecordBatch"]], Iterator["pa.RecordBatch"]]:
    """Return the function that runs on the executors."""
    sent = session.sparkContext.broadcast(content)

    def evaluate(batches: Iterable["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
        # Spark runs a task a core already; read before Polars is imported for the first time
        os.environ.setdefault("POLARS_MAX_THREADS", "1")
        import pyarrow as pa

        plans, scorer = _scorer(sent.value)
        for table in _gathered(batches):
            batch = _read(table.rename_columns([*names, _DUPLICATES]), plans)
            scored = _table(scorer.score(batch), scorer)
            yield from pa.Table.combine_chunks(scored).to_batches()

    return evaluate


def _gathered(batches: Iterable["pa.RecordBatch"]) -> Iterator["pa.Table"]:
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= GATHERED:
            yield pa.Table.from_batches(held)
            held, rows = [], 0
    if rows:
        yield pa.Table.from_batches(held)


def _read(table: "pa.Table", plans: PlanSet) -> "Batch":
    """Return the merchants of raw rows, with duplicate merchants rejected."""
    import polars as pl

    from steelyard.merchants.columns.duplicates import reject_duplicates
    from steelyard.merchants.columns.frames import read_frame
    from steelyard.merchants.columns.origins import Origin
    from steelyard.merchants.rows.merchants import Duplicate

    frame = pl.DataFrame(pl.from_arrow(table))
    marked = frame.filter(pl.col(_DUPLICATES).is_not_null()).select(
        pl.col("merchant").cast(pl.String), _DUPLICATES
    )
    duplicates = {name: Duplicate(count) for name, count in marked.iter_rows()}
    batch = read_frame(frame.drop(_DUPLICATES), plans.known, origins=(Origin(SOURCE),))
    return reject_duplicates(batch, duplicates)


@lru_cache(maxsize=2)
def _scorer(content: bytes) -> tuple[PlanSet, "PopulationScorer"]:
    """Return the plans of some bytes, ready to evaluate; made once a process."""
    from steelyard.scoring.batches import PopulationScorer

    plans = pickle.loads(content)  # noqa: S301 - our own broadcast
    return plans, PopulationScorer(plans)


def _table(scored: "ScoredBatch", scorer: "PopulationScorer") -> "pa.Table":
    """Return scores and rejects as one table."""
    import pyarrow as pa

    from steelyard.scoring.results.arrays import plain
    from steelyard.scoring.results.tables import merchant_table

    scores = plain(merchant_table(scored.scores, scorer.layout))
    problem = pa.list_(pa.struct([(name, pa.string()) for name in _PROBLEM]))
    problems = [
        [{name: problem_json(one)[name] for name in _PROBLEM} for one in reject.problems]
        for reject in scored.rejects
    ]
    rejects = {
        field.name: pa.nulls(len(problems), field.type)
        for field in scores.schema
        if field.name != "merchant"
    }
    names = pa.array([reject.name for reject in scored.rejects], pa.string())
    columns = {"merchant": names, **rejects, "problems": pa.array(problems, problem)}
    none = pa.nulls(scores.num_rows, problem)
    kept = scores.append_column(pa.field("problems", problem), none)
    return pa.concat_tables(
        [kept, pa.table(columns).select(kept.column_names).cast(kept.schema)]
    ).combine_chunks()
