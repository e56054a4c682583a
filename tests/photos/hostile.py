"""Files that pretend to be photos, made by the tests themselves."""

import io
import zlib

from PIL import Image


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def huge_png(side: int = 12_970) -> bytes:
    """A valid grey PNG of 168 megapixels that packs into some 160 KB."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)

    packer = zlib.compressobj(1)
    row = b"\x00" * (side + 1)
    rows = b"".join(packer.compress(row * 500) for _ in range(side // 500)) + packer.compress(row * (side % 500))
    header = side.to_bytes(4) * 2 + bytes([8, 0, 0, 0, 0])
    body = chunk(b"IHDR", header) + chunk(b"IDAT", rows + packer.flush()) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def hostile_files(portrait: bytes) -> dict[str, tuple[bytes, str]]:
    frames = [Image.new("RGB", (300, 300), (shade, 0, 0)) for shade in (0, 120, 240)]
    return {
        "empty.jpg": (b"", "FileEmpty"),
        "text.jpg": (b"this is not a photo " * 500, "FileFormat"),
        "truncated.jpg": (portrait[: len(portrait) // 2], "FileDamaged"),
        "start-only.jpg": (portrait[:40], "FileDamaged"),
        "huge.png": (huge_png(), "PixelCount"),
        "animated.gif": (encode(frames[0], "GIF", save_all=True, append_images=frames[1:]), "FileFormat"),
        "animated.png": (encode(frames[0], "PNG", save_all=True, append_images=frames[1:]), "FileAnimated"),
        "animated.webp": (encode(frames[0], "WEBP", save_all=True, append_images=frames[1:]), "FileAnimated"),
        "drawing.svg": (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "FileFormat"),
        "drawing.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\nshowpage\n", "FileFormat"),
        "page.pdf": (b"%PDF-1.7\n" + portrait, "FileFormat"),
        "gif-then-jpeg.jpg": (b"GIF89a" + portrait, "FileFormat"),
        "broken.png": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "FileDamaged"),
        "broken.heic": (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 64, "FileDamaged"),
        "tiny.png": (encode(Image.new("RGB", (20, 20)), "PNG"), "PixelCount"),
        "scans.jpg": (portrait[:-2] + b"\xff\xda\x00\x02" * 200 + b"\xff\xd9", "FileDamaged"),
        "large.jpg": (portrait + b"\x00" * (20 * 1024 * 1024), "FileSize"),
    }
