"""What a person should know of a picture beside what was read in it."""

from collections.abc import Mapping
from enum import StrEnum


class Notice(StrEnum):
    """Something about a picture that makes its reading less certain; each has its sentence in SENTENCES."""

    TOUCHES_BORDER = "touches_border"
    SEVERAL_LINES = "several_lines"
    LOW_RESOLUTION = "low_resolution"
    TURNED = "turned"
    FRAME_REMOVED = "frame_removed"
    UNEVEN_LIGHT = "uneven_light"
    UNFAMILIAR = "unfamiliar"


SENTENCES: Mapping[Notice, str] = {
    Notice.TOUCHES_BORDER: "Ink runs into the border of the picture, and what seems to belong to a neighbouring line"
    " was left out. Cut the picture so that the writing has some paper on all sides.",
    Notice.SEVERAL_LINES: "The picture shows several lines, and only the one with most writing was read. Send each line"
    " as a picture of its own.",
    Notice.LOW_RESOLUTION: "The writing is only a few pixels high. Scan or photograph it larger, so that small letters"
    " are at least 12 pixels high.",
    Notice.TURNED: "The writing stands on its side or climbs steeply. Turn the picture so that the line is level.",
    Notice.FRAME_REMOVED: "Straight lines (a frame, a rule, an edge) were taken out before reading. Check characters"
    " that look like straight strokes.",
    Notice.UNEVEN_LIGHT: "The paper is much darker in one part than in another, and was evened out. A picture without"
    " shadow is read more surely.",
    Notice.UNFAMILIAR: "The picture does not look like what the model was trained and measured on. Check the reading.",
}
"""What each means and what to do about it, for a person."""
