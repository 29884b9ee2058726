"""Scoring many merchants from Python: a list of dicts or a frame, and the tables of the result."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, TypeVar

import polars as pl

from steelyard.errors import InvalidInput, Place
from steelyard.errors.output import problem_json
from steelyard.evaluators.polars import LABELS
from steelyard.merchants.columns import Batch, read_mappings, without_duplicates
from steelyard.merchants.columns.columns import NAME
from steelyard.merchants.columns.frames import check_columns, read_frame
from steelyard.merchants.columns.origins import Origin
from steelyard.merchants.rows import MerchantSchema
from steelyard.model.arguments import given_one_of
from steelyard.model.texts import Language
from steelyard.report.json import exact_data
from steelyard.report.wording.messages import languages
from steelyard.scoring.batches import PopulationScorer, ScoredBatch
from steelyard.scoring.html import population_html
from steelyard.scoring.plans import PlanSet
from steelyard.scoring.results.arrays import to_frame
from steelyard.scoring.results.tables import item_table, merchant_table
from steelyard.scoring.results.tally import Tally
from steelyard.scoring.results.writing import digest_results
from steelyard.scoring.summary import summary_json, summary_text

SOURCE = "frame"

_KINDS = "a dict, a list of dicts, or a Polars, pandas or Arrow frame"


@dataclass(frozen=True, repr=False)
class PopulationScore:
    """The results for many merchants: every row is in `scores` or in `rejects`."""

    _scored: ScoredBatch
    _scorer: PopulationScorer

    @property
    def rows(self) -> int:
        """The number of merchants in the frame."""
        return self._scored.rows

    @property
    def scored(self) -> int:
        """The number of merchants with a score."""
        return self.tally.scored

    @property
    def unscored(self) -> int:
        """The number of merchants without a score: a gate failed, or nothing could be assessed."""
        return self.tally.unscored

    @property
    def rejected(self) -> int:
        """The number of rejected merchants."""
        return len(self._scored.rejects)

    @cached_property
    def scores(self) -> pl.DataFrame:
        """A row a merchant in order of input; the columns are those of `--out FILE.parquet`."""
        return to_frame(merchant_table(self._scored.scores, self._scorer.layout))

    @cached_property
    def items(self) -> pl.DataFrame:
        """The long form: a row an item and a row a deduction."""
        return to_frame(item_table(self._scored.scores, self._scorer.layout))

    @cached_property
    def rejects(self) -> pl.DataFrame:
        """Rejected rows: `row` (from 1), `merchant`, and `problems`, every reason as a struct."""
        names = ("code", "name", "what", "expected", "fix")
        rows = [
            {
                "row": reject.row,
                "merchant": reject.name,
                "problems": [
                    {name: problem_json(problem)[name] for name in names}
                    for problem in reject.problems
                ],
            }
            for reject in self._scored.rejects
        ]
        problem = pl.Struct(dict.fromkeys(names, pl.String))
        kinds = {"row": pl.Int64, "merchant": pl.String, "problems": pl.List(problem)}
        return pl.DataFrame(rows, schema=kinds)

    @cached_property
    def tally(self) -> Tally:
        """Counts: scores, tiers, outcomes, reasons."""
        tally = Tally(self._scorer.layout, rows=self.rows)
        tally.add(self._scored.scores)
        for reject in self._scored.rejects:
            tally.reject(problem.code for problem in reject.problems)
        return tally

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the results, whatever the order of the merchants."""
        return digest_results(merchant_table(self._scored.scores, self._scorer.layout))

    def summary(self, language: Language = "en") -> str:
        """Return the page that `steelyard score` prints for a population."""
        given_one_of(language, languages(), "language")
        return summary_text(self.tally, self._scorer.plans, language)

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as `steelyard score --format json` prints it."""
        return exact_data(summary_json(self.tally, self._scorer.plans))

    def to_polars(self) -> pl.DataFrame:
        """Return the scores, as `scores`."""
        return self.scores

    def to_pandas(self) -> Any:  # noqa: ANN401 - pandas is not a dependency
        """Return the scores as a pandas frame; needs pandas."""
        return self.scores.to_pandas()

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        counts = f"{self.scored} scored, {self.unscored} without a score, {self.rejected} rejected"
        return f"<PopulationScore of {self.rows} merchants: {counts}>"

    def _repr_html_(self) -> str:
        return population_html(self.tally, self._scorer.plans, self.scores.head(10))


def score_many(merchants: object, plans: PlanSet) -> PopulationScore:
    """Score a list of dicts or a frame; raises `TypeError` for anything else."""
    if isinstance(merchants, Sequence) and not isinstance(merchants, str | bytes):
        if not all(isinstance(merchant, Mapping) for merchant in merchants):
            raise TypeError(f"merchants are {_KINDS}")
        batch = read_mappings(merchants, plans.known, source=SOURCE)
    elif _is_pandas(merchants) and (mixed := _mixed_rows(merchants)) is not None:
        batch = _read_mixed(*mixed, plans.known)
    else:
        frame = _frame(merchants)
        for name, kind in frame.schema.items():
            if not isinstance(kind, pl.Object) and _holds_objects(kind):  # Polars aborts at them
                raise TypeError(f"merchants have Python objects inside the column {name[:80]!r}")
        labels = {NAME, *LABELS}
        columns = (
            (name, frame.select(one for one in frame.columns if one == name or one in labels))
            for name in frame.columns
        )
        read = partial(read_frame, known=plans.known, origins=(Origin(SOURCE),))
        # Polars panics at some types inside of others
        batch = _converted(frame, read, columns, pl.exceptions.PanicException)
    scorer = PopulationScorer(plans)
    return PopulationScore(scorer.score(without_duplicates(batch)), scorer)


def _holds_objects(kind: Any) -> bool:  # noqa: ANN401 - Polars has two kinds of types
    if isinstance(kind, pl.Struct):
        return any(_holds_objects(field.dtype) for field in kind.fields)
    if isinstance(kind, pl.List | pl.Array):
        return _holds_objects(kind.inner)
    return kind == pl.Object


_Value = TypeVar("_Value")
_Faults = type[BaseException] | tuple[type[BaseException], ...]
_FAULTS: _Faults = (  # Polars panics at some types, such as decimal256
    pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, TypeError, OverflowError,
    NotImplementedError,
)  # fmt: skip


def _converted(
    merchants: Any,  # noqa: ANN401 - any frame
    convert: Callable[[Any], _Value],
    columns: Iterable[tuple[object, Any]],
    faults: _Faults = _FAULTS,
) -> _Value:
    """Convert a frame; raises `TypeError` with the first of its columns that cannot be converted.

    `columns` are the names with each column as a frame. `faults` say that one cannot be converted.
    """
    try:
        return convert(merchants)
    except faults as error:
        fault = error
    named = "columns that cannot be read"
    for name, column in columns:
        try:
            convert(column)
        except faults as error:
            named, fault = f"the column {str(name)[:80]!r}, which cannot be read", error
            break
    raise TypeError(f"merchants have {named}: {_reason(fault)}") from None


def _reason(error: BaseException) -> str:
    return str(error).splitlines()[0][:100] if str(error) else type(error).__name__


def _from_pandas(merchants: Any) -> pl.DataFrame:  # noqa: ANN401 - pandas is not a dependency
    return pl.from_pandas(merchants, nan_to_null=True)


def _is_pandas(merchants: object) -> bool:
    return type(merchants).__module__.partition(".")[0] == "pandas"


_Row = dict[str, Any]
_EXACT = {str, int, float, bool, Decimal, date, list, dict}  # Arrow reads a column of one of them


def _mixed_rows(frame: Any) -> tuple[pl.Schema, list[_Row]] | None:  # noqa: ANN401 - as above
    """Return columns and rows of a frame with a column of objects of several types, else None.

    Arrow refuses such a column, or takes times for days and single precision for double. The type
    of a column of objects is null here, which may hold any fact. An absent value has no entry.
    """
    names = list(map(str, frame.columns))
    columns = [frame.iloc[:, number] for number in range(len(names))]
    if len({*names}) < len(names) or not any(map(_is_mixed, columns)):
        return None
    try:
        kinds = {
            name: pl.Null()
            if column.dtype == object
            else _from_pandas(column[:0].to_frame()).dtypes[0]
            for name, column in zip(names, columns, strict=True)
        }
    except _FAULTS:
        return None  # the conversion of the frame says which column it is
    rows: list[_Row] = [{} for _ in range(len(frame))]
    for name, column in zip(names, columns, strict=True):
        for row, value, is_given in zip(rows, column.array, column.notna(), strict=True):
            if is_given:
                row[name] = value
    return pl.Schema(kinds), rows


def _is_mixed(column: Any) -> bool:  # noqa: ANN401 - a column of pandas
    if column.dtype != object:
        return False
    types = {*map(type, column[column.notna()])}
    arrays = {one for one in types if one.__name__ == "ndarray"}
    return len(types) > 1 or not types <= _EXACT | arrays


def _read_mixed(kinds: pl.Schema, rows: list[_Row], known: MerchantSchema) -> Batch:
    """Return the merchants of rows after a check of their columns."""
    if problems := check_columns(kinds, known, Place(SOURCE), texts=False):
        raise InvalidInput(problems)
    return read_mappings(rows, known, source=SOURCE)


def _arrow_columns(merchants: object) -> Iterator[tuple[object, Any]]:
    """Iterate over the columns of what can be read again, which a stream cannot."""
    from pyarrow import RecordBatch, Table

    if isinstance(merchants, Table | RecordBatch):
        table: Any = merchants
        for number, name in enumerate(table.column_names):
            yield name, table.select([number])


def _frame(merchants: object) -> pl.DataFrame:
    """Return any frame as one of Polars. NaN of a pandas frame is an absent value."""
    if isinstance(merchants, pl.LazyFrame):
        return merchants.collect()
    if isinstance(merchants, pl.DataFrame):
        return merchants
    if _is_pandas(merchants):
        frame: Any = merchants
        columns = ((name, frame.iloc[:, [number]]) for number, name in enumerate(frame.columns))
        return _converted(merchants, _from_pandas, columns)
    if hasattr(merchants, "__arrow_c_stream__") or hasattr(merchants, "__arrow_c_array__"):
        return _converted(merchants, pl.DataFrame, _arrow_columns(merchants))
    raise TypeError(f"merchants are {_KINDS}, not {type(merchants).__name__}")
