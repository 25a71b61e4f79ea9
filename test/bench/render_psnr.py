"""Luma PSNR of clips against the frames that were drawn: render_psnr.py QUALITY SCENE CLIP [SCENE CLIP…]. Prints the mean squared error of
each, over all its frames.

The scene is drawn again, in this process, and each frame as it went to the encoder is held against the one that is decoded.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docker" / "render"))

from lectern_render import clip as clip_module  # noqa: E402
from lectern_render import tex, track  # noqa: E402
from lectern_render.job import Beat, RenderJob  # noqa: E402
from lectern_render.preview import PROFILES  # noqa: E402
from lectern_render.run import Hooks, render  # noqa: E402
from lectern_render.yuv import plane_pixels  # noqa: E402


class Compared:
    """Stands in for the encoder: decodes a clip in step with what is drawn."""

    def __init__(self, clip: Path) -> None:
        self.squares, self.frames = 0.0, 0
        self._decoded = self._decode(clip)
        self._drawn = self._last = None

    def _decode(self, clip: Path) -> Iterator[av.VideoFrame]:
        with av.open(str(clip)) as container:
            yield from container.decode(video=0)

    def show(self, picture: av.VideoFrame) -> None:
        luma = plane_pixels(next(self._decoded), 0)
        if picture is not self._drawn or self.frames % 30 == 0:
            away = luma.astype(np.int16) - plane_pixels(picture, 0)
            self._last = float(np.mean(np.square(away, dtype=np.int32)))
            self._drawn = picture
        self.squares += self._last
        self.frames += 1


def mean_squared_error(quality: str, scene: Path, clip: Path) -> float:
    with av.open(str(clip)) as container:
        frames = container.streams.video[0].frames
    compared = Compared(clip)
    track.PictureEncoder.show = lambda encoder, picture: compared.show(picture)
    clip_module.join = lambda profile, pieces: b""
    job = RenderJob(
        section=1, title="A section", language="en", theme="dark", symbol_colours={},
        scene_code=scene.read_text(encoding="utf-8"), beats=(Beat(0, 0, frames),), total_frames=frames, seed=1,
        profile=PROFILES[quality],
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="lectern-") as folder:
        render(job, Path(folder), Hooks())
    if compared.frames != frames:
        raise SystemExit(f"{scene.name}: {compared.frames} of {frames} frames were compared")
    return compared.squares / frames


if __name__ == "__main__":
    tex.use_this_machine()
    quality, *paths = sys.argv[1:]
    for scene, clip in zip(paths[::2], paths[1::2], strict=True):
        print(mean_squared_error(quality, Path(scene), Path(clip)), flush=True)
