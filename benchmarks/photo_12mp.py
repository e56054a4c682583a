"""The whole verdict on a 12-megapixel phone photo, against decoding it at draft scale and the five nets alone."""

import io

from PIL import Image

from benchmarks.figures import Figures, compare, here
from photos.demonstration import PORTRAIT
from photos.inspection import inspect
from photos.nets import iris, load, mesh, person
from photos.nets.detector import detect
from photos.reading import read


def floor_of(data: bytes) -> None:
    """Decode at draft scale and run every net once: what no checker can do without."""
    rgb = read(data).rgb
    face = detect(rgb)[0]
    points, _ = mesh.trace(rgb, face)
    iris.look(rgb, points, "left")
    iris.look(rgb, points, "right")
    person.mask(rgb)


def measure_on(data: bytes, *, rounds: int) -> Figures:
    """Compare verdict and floor on one file."""
    load.load_all()
    assert inspect(data).faces == 1
    return compare(here(lambda: inspect(data), rounds), here(lambda: floor_of(data), rounds))


def measure() -> Figures:
    """Lay the shipped portrait, enlarged as a phone would deliver it, into a frame of 3000 × 4000."""
    with Image.open(PORTRAIT) as image:
        large = image.convert("RGB").resize((3000, 4000), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    large.save(buffer, "JPEG", quality=92)
    return measure_on(buffer.getvalue(), rounds=8)
