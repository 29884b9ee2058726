"""Certifications of service staff: who holds one on a day, until when, and what is missing.

In: `certifications/*.yaml` of a book; a file of holders with the facts of a month.
Out: the state of each holder on a day, with every reason in both languages.
Keeps: the day of every monthly check, grace, suspension, appeal, end and cooldown as declared.
Never: takes a missing value for a met requirement, or loses a row.
"""

from steelyard.programme.certification.holders import read_holders
from steelyard.programme.certification.judging import judge
from steelyard.programme.certification.reading import check_certifications, read_certifications

__all__ = ["check_certifications", "judge", "read_certifications", "read_holders"]
