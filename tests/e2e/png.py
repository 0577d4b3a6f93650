"""Pictures of pages made small: ink on paper has few colours, and 256 of them are enough.

The browser reads and counts the pixels, as nothing else here can; writing a PNG is easy.
"""

import struct
import zlib
from base64 import b64decode, b64encode

from playwright.sync_api import Page

# Colours that are rare take the place of the most like them among the frequent.
COUNT = """async source => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const {width, height} = image;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const pixels = new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer);
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const frequent = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);
  const parts = colour => [colour & 255, colour >> 8 & 255, colour >> 16 & 255];
  const palette = frequent.map(parts);
  const places = new Map(frequent.map((colour, place) => [colour, place]));
  for (const colour of counts.keys()) if (!places.has(colour)) places.set(colour, nearest(colour));
  return {width, height, palette, pixels: btoa(Array.from(pixels, it =>
    String.fromCharCode(places.get(it))).join(""))};

  function nearest(colour) {
    const wanted = parts(colour);
    const far = it => it.reduce((sum, part, place) => sum + (part - wanted[place]) ** 2, 0);
    return palette.reduce((best, it, place) => far(it) < far(palette[best]) ? place : best, 0);
  }
}"""


def small(page: Page, picture: bytes) -> bytes:
    """Return a PNG of the same with at most 256 colours; any page of a browser can do it."""
    source = f"data:image/png;base64,{b64encode(picture).decode()}"
    found = page.evaluate(COUNT, source)
    width, height = found["width"], found["height"]
    pixels = b64decode(found["pixels"])
    rows = b"".join(b"\0" + pixels[place : place + width] for place in range(0, len(pixels), width))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(part for colour in found["palette"] for part in colour)),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
