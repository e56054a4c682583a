"""QR codes as SVG files of their own: no style and no script, so that the strictest policy shows them."""

from io import BytesIO

import segno

INK = "#12233d"


def draw(text: str) -> bytes:
    """Return the code of a text as an SVG file; a quarter of it may be dirty and it is still read."""
    out = BytesIO()
    segno.make(text, error="q", micro=False).save(
        out, kind="svg", scale=8, dark=INK, light="#ffffff", omitsize=True, svgclass=None, lineclass=None
    )
    return out.getvalue()
