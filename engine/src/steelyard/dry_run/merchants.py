"""The Parquet file of a dry run, with a row for each merchant."""

from collections.abc import Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.dry_run.calculation import Calculation
from steelyard.dry_run.impact.model import BELOW
from steelyard.dry_run.impact.tally import SCORED, STATUSES, ImpactRows
from steelyard.dry_run.segments import Dimension
from steelyard.scoring.results.arrays import decimals, words


class MerchantFile:
    """A writer of one row per merchant: statuses, scores and tiers, the change, and contributions.

    `share.E1` is the contribution of the group of edits E1: an integer in steps of the last
    displayed decimal, over the denominator in the file's metadata and in the report.
    """

    def __init__(
        self, file: BinaryIO, calculation: Calculation, dimensions: Sequence[Dimension]
    ) -> None:
        self._file = file
        self._calculation = calculation
        self._dimensions = [
            dimension for dimension in dimensions if dimension.id not in ("industry", "shop_type")
        ]
        self._writer: pq.ParquetWriter | None = None

    def write(self, rows: ImpactRows, names: Sequence[tuple[str, str, str | None]]) -> None:
        """Write the merchants of a batch."""
        digits = self._calculation.decimals
        merchants, industries, shop_types = zip(*names, strict=True) if names else ((), (), ())
        before, after = (status == SCORED for status in rows.status)
        tiers = [
            standing.id if standing.is_tier else BELOW for standing in self._calculation.standings
        ]
        columns = {
            "merchant": pa.array(merchants, pa.string()),
            "industry": pa.array(industries, pa.string()).dictionary_encode(),
            "shop_type": pa.array(shop_types, pa.string()).dictionary_encode(),
            "status_before": words(rows.status[0], STATUSES),
            "status_after": words(rows.status[1], STATUSES),
            "score_before": decimals(rows.score[0], digits, before),
            "score_after": decimals(rows.score[1], digits, after),
            "change": decimals(rows.change, digits, rows.both),
            "tier_before": words(rows.standing[0], tiers, before),
            "tier_after": words(rows.standing[1], tiers, after),
            "near_miss": pa.array(rows.near_miss),
        }
        for dimension in self._dimensions:
            columns[f"segment.{dimension.id}"] = words(
                rows.segments[dimension.id], [value for value, _ in dimension.segments]
            )
        for number, points in enumerate(rows.points, 1):
            columns[f"share.E{number}"] = pa.array(points)
        table = pa.table(columns).replace_schema_metadata(
            {"denominator": str(self._calculation.denominator), "decimals": str(digits)}
        )
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()
