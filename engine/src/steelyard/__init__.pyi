# What checkers of types see of this package, whose names are loaded on first use.
from steelyard.book import read_book as load_book
from steelyard.errors import InvalidInput as InvalidInput
from steelyard.formats.plans import write_plan as write_plan
from steelyard.pipeline import compile_plan as compile_plan
from steelyard.pipeline import open_book as open_book
from steelyard.plan import Plan as Plan
from steelyard.plan.codec import digest as digest
from steelyard.plan.codec import read_plan as read_plan
from steelyard.plugins.discovery import discover as load_catalogue
from steelyard.scoring.api import score as score
from steelyard.scoring.merchants import score_files as score_files
from steelyard.scoring.plans import open_plans as open_plans

__all__ = [
    "InvalidInput",
    "Plan",
    "compile_plan",
    "digest",
    "load_book",
    "load_catalogue",
    "open_book",
    "open_plans",
    "read_plan",
    "score",
    "score_files",
    "write_plan",
]

__version__: str
