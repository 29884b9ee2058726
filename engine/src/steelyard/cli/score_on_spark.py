"""`steelyard score --engine spark`: Parquet in, folders of Parquet out."""

import glob
import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steelyard.cli.inputs import files_of, read_day
from steelyard.cli.output import say
from steelyard.cli.score_population import PopulationRequest, report_results
from steelyard.errors import InvalidInput, Problem
from steelyard.model.addresses import address_fix, network_address

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from steelyard.formats.files import AtomicFiles
    from steelyard.scoring.results.tally import Tally

APPLICATION = "steelyard"
_SPARK_FILE = re.compile(r"\.?(?:part-|_SUCCESS|_temporary|_committed|_started).*")


def score_on_spark(request: PopulationRequest, master: str) -> int:
    """Score a population on Spark; return the exit code."""
    day = read_day(request.as_of)
    _check(request)
    from steelyard.formats.files import AtomicFiles, temporary_folder
    from steelyard.scoring.batches import PopulationScorer
    from steelyard.scoring.plans import open_plans

    plans = open_plans(request.rules, as_of=day, scene=request.scene)
    scorer = PopulationScorer(plans)
    session = _session(master)
    try:
        from steelyard.spark import score

        population = _read(session, request.sources)
        rows = population.count()
        if rows == 0:
            raise InvalidInput([Problem("SY601", "the files hold no merchants")])
        scored = score(population, plans)
        with (
            temporary_folder(beside=request.out) as temporary,
            AtomicFiles(files_of(request.rules)) as files,
        ):
            # written first, counted afterwards: so every merchant is scored once
            whole = temporary / "all"
            scored.all.write.parquet(str(whole))
            written = session.read.parquet(str(whole))
            tally = _tally(written, rows, scorer)
            names = _place(request, written, temporary, files)
            # before the folders get their names: with status 2, nothing is written
            status = report_results(request, tally, scorer.plans, names)
            if tally.rejected:
                say(f"{tally.rejected:,} rejected; see {names[-1]}")
            return status
    finally:
        session.stop()


def _check(request: PopulationRequest) -> None:
    from steelyard.formats.files import not_local

    problems = []
    for source in request.sources:
        path = Path(source)
        if not (path.is_dir() or path.suffix.lower() == ".parquet"):
            what = f"{source} is not Parquet, which is all that --engine spark reads"
            problems.append(Problem("SY701", what, fix="use the local engine, or convert the file"))
        elif not any(character in source for character in "*?[") and not path.exists():
            problems.append(Problem("SY101", f"{source} does not exist", fix=address_fix(source)))
    if request.items is not None:
        what = "--items is not written on Spark"
        problems.append(Problem("SY701", what, fix="explode the column `items` of the scores"))
    if request.out is None or request.out.suffix.lower() != ".parquet":
        what = "--engine spark needs --out FOLDER.parquet"
        problems.append(Problem("SY701", what, expected="a folder to write Parquet files to"))
    elif address := network_address(request.out):
        problems.append(not_local(address))
    else:
        problems += _misplaced(request.out, request.sources)
    if request.encoding is not None:
        problems.append(Problem("SY701", "--encoding is for CSV and JSON Lines"))
    if request.spreadsheet:
        problems.append(Problem("SY701", "--spreadsheet is for CSV, and Spark writes Parquet"))
    if problems:
        raise InvalidInput(problems)


def _misplaced(out: Path, sources: Sequence[str]) -> list[Problem]:
    """Return the problems of a folder that holds a source, is in one, or holds other files."""
    problems = []
    real = Path(os.path.realpath(out))
    found = [match for source in sources for match in glob.glob(source) or [source]]  # noqa: PTH207 - absolute too
    for source in found:
        read = Path(os.path.realpath(source))
        if read.is_relative_to(real) or real.is_relative_to(read):
            what = f"{out} would overwrite {source}, which this command reads"
            problems.append(Problem("SY701", what, expected="a folder apart from the sources"))
    for folder in (out, _rejects(out)):
        others = [path.name for path in folder.glob("*") if not _SPARK_FILE.fullmatch(path.name)]
        if others and not problems:
            what = f"{folder} has other files than Spark's: {min(others)}"
            expected = "a new folder, or one of an earlier run, which is replaced"
            problems.append(Problem("SY701", what, expected=expected))
    return problems


def _rejects(out: Path) -> Path:
    return out.with_suffix(".rejects.jsonl")


def _session(master: str) -> Any:  # noqa: ANN401 - pyspark is an extra
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
        from pyspark.sql.pandas.utils import require_minimum_pandas_version

        require_minimum_pandas_version()  # else it fails when the first merchants are scored
    except ImportError:
        what = "--engine spark needs pyspark 4 and pandas 2, which are not both installed"
        fix = "pip install 'steelyard[spark]'"
        raise InvalidInput([Problem("SY701", what, fix=fix)]) from None
    try:
        session = (
            SparkSession.builder.master(master)
            .appName(APPLICATION)
            .config("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536")
            .getOrCreate()
        )
    except PySparkRuntimeError as error:
        what = f"Spark does not start: {' '.join(str(error).split())[:200]}"
        fix = "install Java 17 or newer, and see what Spark says above"
        raise InvalidInput([Problem("SY701", what, fix=fix)]) from None
    session.sparkContext.setLogLevel("ERROR")
    return session


def _read(session: Any, sources: Sequence[str]) -> "DataFrame":  # noqa: ANN401 - a Spark session
    from pyspark.errors import AnalysisException

    try:
        return session.read.parquet(*sources)
    except AnalysisException as error:
        what = f"Spark cannot read the population: {' '.join(str(error).split())[:200]}"
        raise InvalidInput([Problem("SY117", what)]) from None


def _tally(written: "DataFrame", rows: int, scorer: Any) -> "Tally":  # noqa: ANN401 - see scoring
    """Count the written results in the same way as a local run does."""
    from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

    from steelyard.scoring.results.tally import Tally

    layout = scorer.layout
    tally = Tally(layout, rows=rows)
    kept = written.where("problems IS NULL")
    status = _counts(kept, "status")
    tally.scored, tally.unscored = status["scored"], status["no_score"]
    tally.rejected = written.where("problems IS NOT NULL").count()
    for score, n in _counts(kept.where("score IS NOT NULL"), "score").items():
        tally.scores[int(score.scaleb(layout.display_decimals))] += n
    with_tiers = {plan.ruleset for plan in scorer.plans if plan.total.tier is not None}
    scored = kept.where("status = 'scored'")
    for (name, tier), n in _counts(scored, "ruleset", "tier").items():
        ruleset = name.partition("@")[0]
        if ruleset in with_tiers:
            tally.tiers[ruleset, tier or ""] += n
    tally.rulesets = _counts(kept, "ruleset")
    for parts in ("items", "deductions"):
        exploded = kept.select("ruleset", F.explode(parts).alias("part"))
        exploded = exploded.select("ruleset", "part.*")
        tally.outcomes += _counts(exploded, "ruleset", "item", "outcome")
        missed = exploded.where("outcome != 'awarded'")
        tally.reasons += _counts(missed, "ruleset", "item", "outcome", "reasons")
    tally.no_score = _counts(kept.where("status = 'no_score'"), "reasons")
    codes = written.select(F.explode(F.array_distinct("problems.code")).alias("code"))
    tally.rejections = _counts(codes, "code")
    if not tally.adds_up:
        raise AssertionError(f"rows were lost: {tally}")
    return tally


def _counts(frame: "DataFrame", *names: str) -> Counter[Any]:
    """Return how often each value of a column, or each combination of several, occurs."""
    rows = frame.groupBy(*names).count().collect()
    return Counter({row[0] if len(names) == 1 else tuple(row[:-1]): row[-1] for row in rows})


def _place(
    request: PopulationRequest, written: "DataFrame", temporary: Path, files: "AtomicFiles"
) -> list[str]:
    """Save scores and rejects; they get their names when the context of `files` ends."""
    assert request.out is not None
    rejects = written.where("problems IS NOT NULL").select("merchant", "problems")
    targets = {
        request.out: written.where("problems IS NULL").drop("problems").write.parquet,
        _rejects(request.out): rejects.write.json,
    }
    for number, (target, save) in enumerate(targets.items()):
        save(str(temporary / str(number)))
        files.place(temporary / str(number), target)
    return [str(target) for target in targets]
