"""The clip: its headers, its colours, its bytes."""

from __future__ import annotations

import io
import shutil
import subprocess

import av
import numpy as np
import pytest

from lectern_render import track
from lectern_render.clip import Clip
from lectern_render.job import Profile
from lectern_render.theme import DARK, DATA_COLOURS, LIGHT
from lectern_render.yuv import by_libyuv, by_swscale, plane_pixels, same_picture

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
PROFILE = Profile(256, 144, 15, "veryfast", 18, 2.0)


def plain(colour: str, width: int = 256, height: int = 144) -> np.ndarray:
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return np.full((height, width, 4), [*rgb, 255], np.uint8)


def film(pictures: list[tuple[np.ndarray, int]], keyframes=(0,)) -> bytes:
    clip = Clip(PROFILE, keyframes)
    for pixels, repeat in pictures:
        clip.write(pixels, repeat)
    return clip.finish()


def probe(video: bytes):
    with av.open(io.BytesIO(video)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        return stream, sorted(packet.pts for packet in packets), len(container.streams)


def test_a_clip_is_silent_h264_at_a_constant_rate():
    stream, times, streams = probe(film([(plain("#112233"), 20), (plain("#445566"), 13)]))
    assert streams == 1 and stream.codec_context.name == "h264" and stream.codec_context.pix_fmt == "yuv420p"
    assert (stream.codec_context.width, stream.codec_context.height) == (256, 144)
    assert stream.time_base.denominator == 15 * 512
    assert np.diff(times).tolist() == [512] * 32
    context = stream.codec_context
    assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (
        6,
        1,
        1,
        1,
    )


def test_stills_are_counted_and_not_converted_again():
    clip = Clip(PROFILE, [0])
    clip.write(plain("#112233"), 10)
    clip.write(plain("#112233"), 5)
    clip.write(plain("#445566"), 1)
    assert (clip.frames, clip.changes, clip.drawn_frames, clip.still_frames) == (16, [0, 15], 3, 1)
    clip.finish()


def test_the_array_may_be_drawn_over():
    pixels = plain("#000000")
    clip = Clip(PROFILE, [0])
    clip.write(pixels, 1)
    pixels[:] = 255
    clip.write(pixels, 1)
    with av.open(io.BytesIO(clip.finish())) as container:
        levels = [frame.to_ndarray(format="gray").mean() for frame in container.decode(video=0)]
    assert levels[0] < 5 and levels[1] > 250


def test_clips_of_one_profile_have_equal_headers():
    one, other = (
        probe(film([(plain(colour), 5)]))[0].codec_context.extradata for colour in ("#112233", "#FBE97A")
    )
    assert one == other


def test_the_same_frames_give_the_same_bytes():
    noise = np.random.default_rng(1).integers(0, 255, (144, 256, 4)).astype(np.uint8)
    assert film([(noise, 3)]) == film([(noise, 3)])


@needs_ffmpeg
def test_clips_are_joined_by_stream_copy(tmp_path):
    lengths = (7, 31, 16)
    lines = ["ffconcat version 1.0"]
    for number, length in enumerate(lengths):
        pictures = [(plain("#FFFFFF"), 1), (plain("#11161F"), length - 1)]
        (tmp_path / f"{number}.mp4").write_bytes(film(pictures))
        lines += [f"file '{number}.mp4'", f"duration {length / 15:.9f}"]
    (tmp_path / "list.txt").write_text("\n".join(lines), encoding="utf-8")
    command = [
        "ffmpeg",
        "-v",
        "warning",
        "-f",
        "concat",
        "-safe",
        "0",
        "-i",
        "list.txt",
        "-c",
        "copy",
        "film.mp4",
    ]
    warned = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stderr
    assert warned == b""
    with av.open(str(tmp_path / "film.mp4")) as container:
        frames = list(container.decode(video=0))
    assert len(frames) == sum(lengths)
    flashes = [round(frame.time * 15, 2) for frame in frames if frame.to_ndarray(format="gray").mean() > 200]
    assert flashes == [0, 7, 38]


@needs_ffmpeg
@pytest.mark.parametrize("name", ["libyuv", "swscale"])
def test_what_is_decoded_has_the_colour_that_was_drawn(name, monkeypatch, tmp_path):
    monkeypatch.setattr(
        track, "planar_converter", lambda: {"libyuv": by_libyuv, "swscale": by_swscale}[name]
    )
    colours = [p.colour(c) for p in (DARK, LIGHT) for c in ("ground", "text", "now_text", *DATA_COLOURS)]
    (tmp_path / "clip.mp4").write_bytes(film([(plain(colour), 2) for colour in colours]))
    # FFmpeg reads the matrix from the clip's own flags, as browsers do.
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        "clip.mp4",
        "-vf",
        "scale=flags=accurate_rnd+full_chroma_int",
        "-pix_fmt",
        "rgb24",
    ]
    raw = subprocess.run(
        [*command, "-f", "rawvideo", "-"], cwd=tmp_path, check=True, capture_output=True
    ).stdout
    frames = np.frombuffer(raw, np.uint8).reshape(-1, 144, 256, 3)[::2]
    for colour, frame in zip(colours, frames, strict=True):
        away = np.abs(np.median(frame.reshape(-1, 3), axis=0) - plain(colour)[0, 0, :3])
        assert away.max() <= 4, f"{colour} is off by {away}"


def test_both_converters_give_nearly_the_same():
    y, x = np.mgrid[0:144, 0:256]
    smooth = np.stack([x, y, 255 - x, np.full_like(x, 255)], axis=2).astype(np.uint8)
    one, other = (convert(smooth).to_ndarray().astype(int) for convert in (by_libyuv, by_swscale))
    assert np.abs(one - other).max() <= 3 and np.abs(one[:144] - other[:144]).max() <= 2


@pytest.mark.parametrize("width", [250, 256])
def test_pictures_are_compared_without_the_padding_of_lines(width):
    before = plain("#336699", width=width)
    assert same_picture(by_libyuv(before), by_libyuv(before))
    changed = before.copy()
    changed[-2:, -2:] = 255
    assert not same_picture(by_libyuv(before), by_libyuv(changed))


@pytest.mark.parametrize("width", [250, 256])
@pytest.mark.parametrize("plane", [0, 1, 2])
def test_a_difference_in_one_plane_makes_another_picture(width, plane):
    one, other = (by_libyuv(plain("#336699", width=width)) for _ in range(2))
    plane_pixels(other, plane)[-1, -1] += 1
    assert not same_picture(one, other)
