from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def job_json() -> dict:
    """The job that the TypeScript side checks too."""
    return json.loads((REPOSITORY / "test/fixtures/render-job.json").read_text(encoding="utf-8"))


@pytest.fixture
def dot_png() -> bytes:
    """The asset of that job."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), (240, 95, 128)).save(file, "PNG")
    return file.getvalue()
