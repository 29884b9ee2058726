"""Reader of merchant files: it accepts or rejects each merchant as a whole, with every reason.

In: a YAML or JSON file (or text) and the facts that are declared.
Out: `MerchantFile`: merchants whose facts are integers as a plan reads them, and rejects.
Keeps: one place for every row; exact numbers, quantised half-even to their fact's decimals.
Never: guesses a type, fills in a missing fact, or knows a ruleset.
"""

from steelyard.merchants.rows.merchants import (
    Merchant,
    MerchantFile,
    Record,
    Reject,
    Value,
    describe_fact,
    missing_facts,
)
from steelyard.merchants.rows.reading import MerchantSchema, merchant_from_mapping, read_merchants

__all__ = [
    "Merchant",
    "MerchantFile",
    "MerchantSchema",
    "Record",
    "Reject",
    "Value",
    "describe_fact",
    "merchant_from_mapping",
    "missing_facts",
    "read_merchants",
]
