"""What the three people bring along: one-time codes, a drawn signature, a phone number of nobody."""

import base64
import hmac
import io
import struct
from dataclasses import dataclass, field
from hashlib import sha1, sha256

from PIL import Image, ImageDraw

from portal.home.journey.browser import Upload

TOTP_SECONDS, TOTP_DIGITS = 30, 6


@dataclass(frozen=True)
class Somebody:
    """A synthetic person of the population register, as far as a form asks."""

    name: str
    citizen_number: str = field(repr=False)


@dataclass(frozen=True)
class Credentials:
    """How an official comes in: staff code, password, the authenticator's secret (base 32)."""

    code: str
    password: str = field(repr=False)
    secret: str = field(repr=False)


def one_time_code(secret: str, at: float) -> str:
    """Return what an authenticator with this secret shows at a moment in seconds (RFC 6238)."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // TOTP_SECONDS), sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**TOTP_DIGITS:0{TOTP_DIGITS}d}"


def phone_of(citizen_number: str) -> str:
    """Return the phone this path gives a synthetic person: always the same, so that a later run can sign in again."""
    digest = int(sha256(citizen_number.encode()).hexdigest(), 16)
    return f"199{digest % 10**8:08d}"


def signature() -> Upload:
    """Return a picture of strokes on paper."""
    image = Image.new("RGB", (900, 400), (238, 236, 232))
    pen = ImageDraw.Draw(image)
    for x in range(150, 700, 120):
        pen.line([(x, 120), (x + 70, 280), (x + 20, 200), (x + 100, 180)], fill=(25, 25, 35), width=12)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=92)
    return Upload("signature.jpg", data.getvalue())
