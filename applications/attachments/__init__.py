"""Owns the files applicants upload as materials: received, scanned, kept sealed, handed out, taken away."""

from applications.attachments.keeping import MOST_OF_ONE, content, hand_to, of, receive, remove, remove_all
from applications.attachments.reading import LARGEST_BYTES

__all__ = ["LARGEST_BYTES", "MOST_OF_ONE", "content", "hand_to", "of", "receive", "remove", "remove_all"]
