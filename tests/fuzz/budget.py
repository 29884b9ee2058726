"""How long to search: some inputs in every run of the tests, very many with `make fuzz`."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))


def search(share: float = 1.0) -> settings:
    """Return the settings of a search; a slow one takes a smaller share of the examples."""
    return settings(
        max_examples=max(1, int(EXAMPLES * share)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
