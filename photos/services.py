"""The public face of the photos: receive, show, choose, ask a person."""

from photos.models import PORTRAIT, SIGNATURE, Shot
from photos.shots import ask_human, choose, chosen, may_ask_human, picture, receive, shots_of

__all__ = [
    "PORTRAIT",
    "SIGNATURE",
    "Shot",
    "ask_human",
    "choose",
    "chosen",
    "may_ask_human",
    "picture",
    "receive",
    "shots_of",
]
