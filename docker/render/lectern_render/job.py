"""The render job: what `shared/contract/job.ts` describes, as Python sees it. Frames count from the
section's first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .errors import JobError

PROTOCOL = 1


@dataclass(frozen=True)
class Word:
    """A spoken word and the frame at which it starts."""

    text: str
    frame: int


@dataclass(frozen=True)
class Beat:
    """Frames [start_frame, end_frame); from speech_end_frame on nobody speaks."""

    start_frame: int
    speech_end_frame: int
    end_frame: int
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Profile:
    """What the clip is made to; the same for all sections of a film, since clips are joined by stream
    copy."""

    width: int
    height: int
    frames_per_second: int
    preset: str
    quantiser: int
    keyframe_seconds: float


@dataclass(frozen=True)
class Asset:
    """A file that scene code may open: its name, and how many bytes follow the job."""

    name: str
    bytes: int


@dataclass(frozen=True)
class RenderJob:
    """One section. `symbol_colours` maps the LaTeX of a ledger symbol to the name of its colour."""

    section: int
    title: str
    language: str
    theme: str
    symbol_colours: dict[str, str]
    scene_code: str
    beats: tuple[Beat, ...]
    total_frames: int
    seed: int
    profile: Profile
    assets: tuple[Asset, ...] = ()

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> RenderJob:
        """Reads the job as the host sends it. Raises JobError for another protocol, missing fields or beats
        that overlap."""
        if value.get("protocol") != PROTOCOL:
            raise JobError(f"the job speaks protocol {value.get('protocol')}, this worker {PROTOCOL}")
        try:
            job = cls(
                section=value["section"],
                title=value["title"],
                language=value["language"],
                theme=value["theme"],
                symbol_colours=dict(value["symbolColours"]),
                scene_code=value["sceneCode"],
                beats=tuple(_beat(beat) for beat in value["beats"]),
                total_frames=value["totalFrames"],
                seed=value["seed"],
                profile=_profile(value["profile"]),
                assets=tuple(Asset(asset["name"], asset["bytes"]) for asset in value["assets"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise JobError(f"the job cannot be read: {type(error).__name__}: {error}") from error
        job._check_beats()
        return job

    def _check_beats(self) -> None:
        """Raises JobError unless the beats follow each other and end with the section."""
        reached = 0
        for number, beat in enumerate(self.beats):
            if not reached <= beat.start_frame <= beat.speech_end_frame <= beat.end_frame:
                raise JobError(f"the frames of beat {number} are out of order")
            reached = beat.end_frame
        if reached != self.total_frames:
            raise JobError(f"the beats end at frame {reached}, the section at {self.total_frames}")


def _beat(value: dict[str, Any]) -> Beat:
    words = tuple(Word(word["text"], word["frame"]) for word in value["words"])
    return Beat(value["startFrame"], value["speechEndFrame"], value["endFrame"], words)


def _profile(value: dict[str, Any]) -> Profile:
    return Profile(
        width=value["width"],
        height=value["height"],
        frames_per_second=value["framesPerSecond"],
        preset=value["preset"],
        quantiser=value["quantiser"],
        keyframe_seconds=value["keyframeSeconds"],
    )
