"""Frames that are written without the encoder: what decoders make of them."""

from __future__ import annotations

import av
import numpy as np
import pytest

from lectern_render.bits import BitReader, escape, signed, unescape, units_of, unsigned
from lectern_render.job import Profile
from lectern_render.picture_encoder import PictureEncoder
from lectern_render.skipped_frames import StreamHeaders
from lectern_render.yuv import planar_converter, plane_pixels


def decoded(encoder: PictureEncoder) -> list[bytes]:
    context = av.CodecContext.create("h264", "r")
    context.extradata = encoder.headers
    frames = [f for _, _, packet in encoder.packets for f in context.decode(av.Packet(packet))] + context.decode(None)
    return [b"".join(plane_pixels(frame, index).tobytes() for index in range(3)) for frame in frames]


@pytest.mark.parametrize(("width", "height", "rate"), [(192, 108, 10), (854, 480, 15), (1920, 1080, 60)])
def test_stills_decode_to_the_frame_before_and_what_follows_is_right(width, height, rate):
    chance, convert = np.random.default_rng(1), planar_converter()
    encoder = PictureEncoder(Profile(width, height, rate, "superfast", 18, 2.0), [0, 17, 18, 40])
    picture, shown = np.full((height, width, 4), 255, np.uint8), []
    for step in range(12):
        picture[20:60, 5 * step : 5 * step + 40] = chance.integers(0, 255, 4)
        converted = convert(picture)
        for _ in range(1 if step % 3 == 0 else int(chance.integers(2, 40))):
            encoder.show(converted)
            shown.append(converted)
    frames = decoded(encoder)
    assert len(frames) == len(shown) == len(encoder.packets)
    keyframes = [frame for frame, is_keyframe, _ in encoder.packets if is_keyframe]
    assert {0, 17, 18, 40} <= set(keyframes) and max(np.diff([*keyframes, len(shown)])) <= 2 * rate
    for number, (picture_shown, frame) in enumerate(zip(shown, frames, strict=True)):
        if number and picture_shown is shown[number - 1] and number not in keyframes:
            assert frame == frames[number - 1] and len(encoder.packets[number][2]) < 100
        luma = np.frombuffer(frame[: width * height], np.uint8).reshape(height, width).astype(int)
        assert np.mean((luma - plane_pixels(picture_shown, 0)) ** 2) < 2, number


def test_long_stills_outlast_the_counter_of_frames():
    convert = planar_converter()
    encoder = PictureEncoder(Profile(64, 64, 10, "superfast", 18, 1000.0), [0])
    pictures = [convert(np.full((64, 64, 4), level, np.uint8)) for level in (0, 128)]
    for picture in pictures:
        for _ in range(300):
            encoder.show(picture)
    frames = decoded(encoder)
    assert len(frames) == 600 and frames[0] == frames[299] != frames[300] == frames[599]


def test_numbers_and_escapes_come_back():
    for number in (0, 1, 2, 7, 8, 255, 8159):
        assert BitReader(int((unsigned(number) + "1" * 40)[:40], 2).to_bytes(5, "big")).unsigned() == number
        assert BitReader(int((signed(-number) + "1" * 40)[:40], 2).to_bytes(5, "big")).signed() == -number
    for content in (b"\0\0\0\0\1", b"\0\0\3\0\0\2", b"a\0\0\4"):
        assert unescape(escape(content)) == content and b"\0\0\1" not in escape(content)
    assert units_of(b"\0\0\0\1ab\0\0\1cd") == [b"ab", b"cd"]


def test_other_streams_are_refused():
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt, context.framerate = 64, 64, "yuv420p", 10
    context.options, context.flags = {"x264-params": "cabac=0:bframes=0"}, context.flags | 1 << 22
    context.open()
    with pytest.raises(ValueError, match="CABAC"):
        StreamHeaders.of(context.extradata)
