"""The public face of the photos: receive, show, choose, ask a person."""

from photos.judging import pass_shot, turn_down
from photos.models import PORTRAIT, SIGNATURE, Shot
from photos.presenting import Presented, present
from photos.reading import Unreadable, write_jpeg
from photos.reading import read as read_picture
from photos.shots import (
    ask_human,
    choose,
    chosen,
    hand_to,
    may_ask_human,
    picture,
    receive,
    remove_all,
    shots_of,
)

__all__ = [
    "PORTRAIT",
    "SIGNATURE",
    "Presented",
    "Shot",
    "Unreadable",
    "ask_human",
    "choose",
    "chosen",
    "hand_to",
    "may_ask_human",
    "pass_shot",
    "picture",
    "present",
    "read_picture",
    "receive",
    "remove_all",
    "shots_of",
    "turn_down",
    "write_jpeg",
]
