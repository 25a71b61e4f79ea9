"""RGBA to planar YUV 4:2:0, by libyuv where it is installed and by swscale elsewhere.

Both convert by the matrix of BT.601 at limited range; clips are flagged so (see `clip.py`). libyuv takes 0.6
ms for a 1080p frame, swscale 6 ms.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

PlanarConverter = Callable[[np.ndarray], av.VideoFrame]


def _load_libyuv() -> ctypes.CDLL | None:
    for name in ("libyuv.so.0", "libyuv.so", ctypes.util.find_library("yuv")):
        if name is None:
            continue
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        pointer, length = ctypes.c_void_p, ctypes.c_int
        library.ABGRToI420.argtypes = [pointer, length] * 4 + [length, length]
        library.ABGRToI420.restype = ctypes.c_int
        return library
    return None


_LIBYUV = _load_libyuv()
_MEMCMP = ctypes.CDLL(None).memcmp
_MEMCMP.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]


def by_libyuv(pixels: np.ndarray) -> av.VideoFrame:
    """A yuv420p frame of RGBA pixels (height x width x 4, uint8). libyuv calls this order of bytes ABGR."""
    height, width = pixels.shape[:2]
    pixels = np.ascontiguousarray(pixels)
    frame = av.VideoFrame(width, height, "yuv420p")
    luma, blue, red = frame.planes
    failed = _LIBYUV.ABGRToI420(
        pixels.ctypes.data, width * 4,
        luma.buffer_ptr, luma.line_size, blue.buffer_ptr, blue.line_size, red.buffer_ptr, red.line_size,
        width, height,
    )  # fmt: skip
    if failed:
        raise RuntimeError(f"libyuv refused a frame of {width} x {height}")
    return frame


def by_swscale(pixels: np.ndarray) -> av.VideoFrame:
    """The same by FFmpeg's own scaler, with the matrix named, so that its default never decides."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgba")
    return frame.reformat(
        format="yuv420p", dst_colorspace=Colorspace.SMPTE170M, dst_color_range=ColorRange.MPEG
    )


def planar_converter() -> PlanarConverter:
    """The fastest converter that this machine has."""
    return by_swscale if _LIBYUV is None else by_libyuv


def same_picture(one: av.VideoFrame, other: av.VideoFrame) -> bool:
    """Whether two yuv420p frames of one size show the same, plane by plane, without the padding at the ends
    of lines."""
    return all(_same_plane(one, other, index) for index in range(3))


def _same_plane(one: av.VideoFrame, other: av.VideoFrame, index: int) -> bool:
    plane, its = one.planes[index], other.planes[index]
    if plane.line_size == plane.width == its.line_size:
        # Ends at the first byte that differs, which most frames of an animation come to soon.
        return _MEMCMP(plane.buffer_ptr, its.buffer_ptr, plane.width * plane.height) == 0
    return np.array_equal(plane_pixels(one, index), plane_pixels(other, index))


def plane_pixels(frame: av.VideoFrame, index: int) -> np.ndarray:
    """The bytes of a plane (rows x columns) that are seen, without those that fill up its lines."""
    plane = frame.planes[index]
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]


def save_picture(frame: av.VideoFrame, path: Path) -> None:
    """Its planes, one after the other, without the padding of lines."""
    with path.open("wb") as file:
        for index in range(3):
            file.write(np.ascontiguousarray(plane_pixels(frame, index)))


def load_picture(path: Path, size: tuple[int, int]) -> av.VideoFrame:
    """What `save_picture` has saved, width x height."""
    frame = av.VideoFrame(*size, "yuv420p")
    content, start = np.fromfile(path, np.uint8), 0
    for index in range(3):
        pixels = plane_pixels(frame, index)
        pixels[:] = content[start : start + pixels.size].reshape(pixels.shape)
        start += pixels.size
    return frame
