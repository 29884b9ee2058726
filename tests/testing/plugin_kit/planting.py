"""Installing the plugin of `sound/`, as it is or with a fault planted, into a folder."""

import shutil
from collections.abc import Mapping
from pathlib import Path

Edit = tuple[str, str]
SOUND = Path(__file__).parent / "sound"


def plant(folder: Path, edits: Mapping[str, Edit | tuple[Edit, ...]]) -> None:
    """Write the edited package and what an installer writes beside it."""
    shutil.copytree(SOUND, folder / "sound", ignore=shutil.ignore_patterns("__pycache__"))
    for name, given in edits.items():
        path = folder / "sound" / name
        text = path.read_text(encoding="utf-8")
        for old, new in [given] if isinstance(given[0], str) else given:
            assert old in text, (name, old)
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
    info = folder / "steelyard_sound-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: steelyard-sound\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[steelyard]\nsound = sound\n")
