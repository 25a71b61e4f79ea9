"""How what a scene asks for is fitted into its beats: pure arithmetic on frames.

The scene is first run without drawing (`PlanClock`), which gives the list of `Ask`s of every beat;
`fit_beat` says how each list is squeezed; the second run (`FilmClock`) grants frames by it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

LEAST_FACTOR_BEFORE_A_WORD_IS_GIVEN_UP = 0.3
"""What follows a word that is waited for is not squeezed further than this: the wait is given up instead."""


@dataclass(frozen=True)
class Ask:
    """One thing that scene code asks time for.

    `frames` is a length, or, for a word that is waited for, the frame of the section at which it is spoken.
    `outside` is true for what is played after its beat was left.
    """

    kind: Literal["animation", "wait", "word"]
    frames: int
    outside: bool = False


@dataclass(frozen=True)
class BeatPlan:
    """From ask number `first_scaled` on, lengths are multiplied by `factor`. `reserved_frames` at the beat's
    end are kept for what is played after the beat was left. Waits for the words in `given_up` (ask numbers)
    do not happen."""

    factor: float = 1.0
    first_scaled: int = 0
    reserved_frames: int = 0
    given_up: frozenset[int] = frozenset()

    def factor_of(self, ask_number: int) -> float:
        return self.factor if ask_number >= self.first_scaled else 1.0


@dataclass(frozen=True)
class SectionPlan:
    """`uses_beats` is false for a scene that plays and never enters one: it is one stretch as long as the
    section."""

    uses_beats: bool = True
    beats: dict[int, BeatPlan] = field(default_factory=dict)

    def beat(self, number: int) -> BeatPlan:
        return self.beats.get(number, BeatPlan())


def fit_beat(asks: list[Ask], start_frame: int, end_frame: int) -> BeatPlan:
    """Fits one beat's asks into [start_frame, end_frame).

    Waits at the end are padding and cost nothing. When the rest is too long, everything after the last word
    that was really waited for is scaled together; a word so late that this would squeeze below
    `LEAST_FACTOR_BEFORE_A_WORD_IS_GIVEN_UP` is no longer waited for.
    """
    needed = _without_final_waits(asks)
    reached, waited_for = _follow(asks, needed, start_frame)
    if reached <= end_frame:
        return BeatPlan(reserved_frames=_outside_frames(asks, needed, 0, 1.0))
    given_up: set[int] = set()
    for number in reversed(waited_for):
        factor = _factor(asks, [index for index in needed if index > number], end_frame - asks[number].frames)
        if factor >= LEAST_FACTOR_BEFORE_A_WORD_IS_GIVEN_UP:
            return _squeezed(asks, needed, BeatPlan(factor, number + 1, given_up=frozenset(given_up)))
        given_up.add(number)
    factor = _factor(asks, needed, end_frame - start_frame)
    return _squeezed(asks, needed, BeatPlan(factor, 0, given_up=frozenset(given_up)))


def _squeezed(asks: list[Ask], needed: list[int], plan: BeatPlan) -> BeatPlan:
    reserved = _outside_frames(asks, needed, plan.first_scaled, plan.factor)
    return BeatPlan(plan.factor, plan.first_scaled, reserved, plan.given_up)


def _without_final_waits(asks: list[Ask]) -> list[int]:
    """Numbers of the asks that need frames: all but the waits that end the beat, and those that end what
    follows it."""
    inside = [index for index, ask in enumerate(asks) if not ask.outside]
    outside = [index for index, ask in enumerate(asks) if ask.outside]
    for part in (inside, outside):
        while part and asks[part[-1]].kind == "wait":
            part.pop()
    return inside + outside


def _follow(asks: list[Ask], needed: list[int], start_frame: int) -> tuple[int, list[int]]:
    """The frame reached when everything gets what it asks for, and the words that were really waited for."""
    frame, waited_for = start_frame, []
    for number in needed:
        ask = asks[number]
        if ask.kind != "word":
            frame += ask.frames
        elif ask.frames > frame:
            frame = ask.frames
            waited_for.append(number)
    return frame, waited_for


def _factor(asks: list[Ask], numbers: list[int], room: int) -> float:
    wanted = sum(asks[number].frames for number in numbers if asks[number].kind != "word")
    return 1.0 if wanted <= room else max(0, room) / wanted


def _outside_frames(asks: list[Ask], needed: list[int], first_scaled: int, factor: float) -> int:
    scaled = [
        asks[number].frames * (factor if number >= first_scaled else 1.0)
        for number in needed
        if asks[number].outside and asks[number].kind != "word"
    ]
    return round(sum(scaled))
