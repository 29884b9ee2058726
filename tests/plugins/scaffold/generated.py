"""Plugins as the scaffold writes them, and their use in this process as if they were installed."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.docs.pages import install

from steelyard.plugins.scaffold import Answers

PLAIN = Answers(
    name="pet-toys",
    industry="pet-toys",
    title="Pet toys",
    title_zh="宠物玩具",
    item="service-promise",
    item_zh="服务承诺",
    author="The authors of steelyard-pet-toys",
)
ODD = Answers(
    name="x9-a-1",
    industry="z",
    title="""#Odd: "one", 'two' {three} ${four} \\ %s""",
    title_zh="""“引号”{大括号}: - [方] #$five""",
    item="no",
    item_zh="""'承诺' "$item" \\n #{x}""",
    author="""Ann "the" O'Brien, $x <ann@example.org>""",
)
LONGEST = Answers(
    name="a" * 30,
    industry="b" * 30,
    title="W" * 44,
    title_zh="宽" * 25,
    item="c" * 30,
    item_zh="宽" * 22,
    author="宽" * 80,
)
TEA = Answers("tea", "tea-and-coffee", "Tea", "茶叶", "easy-return", "轻松退", "Tea people")
ALL = {"plain": PLAIN, "odd": ODD, "longest": LONGEST, "tea": TEA}


@contextmanager
def installed(project: Path, site: Path) -> Iterator[None]:
    """Let a plugin be found by its entry point in this process."""
    install(project, site)
    modules = [path.name for path in (project / "src").iterdir()]
    before = sys.path[:]
    sys.path.insert(0, str(site))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = before
        for name in [one for one in sys.modules if one.partition(".")[0] in modules]:
            del sys.modules[name]
