"""The whole verdict on a finished 354×472 file, against decoding it and the five nets alone."""

from benchmarks.figures import Figures
from benchmarks.photo_12mp import measure_on
from photos.demonstration import PORTRAIT


def measure() -> Figures:
    """Inspect the shipped portrait."""
    return measure_on(PORTRAIT.read_bytes(), rounds=15)
