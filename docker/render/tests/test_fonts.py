"""Fonts that are loaded before a scene needs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
LOADED = """
import sys
from pathlib import Path
from lectern_render import fonts
fonts.load(Path(sys.argv[1]))
print(Path("/proc/self/maps").read_text())
"""


def test_a_worker_that_waits_holds_the_theme_s_fonts(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOADED, str(tmp_path)]
    mapped = subprocess.run(command, cwd=PACKAGE, check=True, capture_output=True, text=True).stdout
    assert "Inter" in mapped and "Hack" in mapped
    assert list(tmp_path.iterdir()) == []
