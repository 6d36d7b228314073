"""Opens what strangers send, in a process of its own that has nothing to lose: started as a file by `reading`, never imported by the product.

stdin: the upload. First argument: JSON `{"kind", "side", "pages", "pixels", "memory", "seconds", "output"}` (kind = media type already recognised;
side = longest side of a viewing copy in pixels; memory and output in bytes; seconds of processor time).
stdout: one line of JSON, `{"pages": [{"media_type", "bytes", "width", "height"}, …]}`, then the pictures one after another; or the line
`{"refused": code, "details": {…}}`. If anything else happens to this process, its parent calls the file broken.
"""

import ctypes
import json
import os
import resource
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_NO_NEW_PRIVS = 38
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446  # the same numbers on every architecture
LANDLOCK_EVERY_RIGHT = (1 << 13) - 1  # the thirteen rights of its first version
PDF_PASSWORD = 4  # FPDF_ERR_PASSWORD of fpdfview.h
JPEG_QUALITY = 82
# What the qpdf library says when something is gone for good; what it could mend is no loss.
LOSSES = ("unable to recover stream data", "not found in file after regenerating")
POINTS_PER_INCH = 72
MOST_DOTS_PER_INCH = 300  # a stamp-sized page is not blown up to a poster

Page = tuple[bytes, int, int]
Drawer = Callable[[bytes, dict[str, Any]], list[Page]]


class RefusedError(Exception):
    """A reason that the owner of the upload can act on."""

    def __init__(self, code: str, **details: int) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def give_up_network() -> None:
    """Move into an empty network, where the kernel lets us; only possible before the process has threads."""
    ctypes.CDLL(None).unshare(CLONE_NEWUSER | CLONE_NEWNET)


def give_up_the_rest(limits: dict[str, Any]) -> None:
    """From here on only the three open handles and the loaded code remain: no path, no new handle, no new right, little memory, little time."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # Landlock (Linux 5.13 and later) with no rule at all: every path is forbidden. An older kernel answers -1 and the other limits stand alone.
    rights = ctypes.c_uint64(LANDLOCK_EVERY_RIGHT)
    ruleset = libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(rights), ctypes.sizeof(rights), 0)
    if ruleset >= 0:
        libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, limits["output"]),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def image_drawer(kind: str) -> Drawer:
    """Load everything that drawing a photograph needs, while there are still files to load from."""
    from PIL import Image

    Image.preinit()
    # Pillow reaches for these late: EXIF is a TIFF inside, and many phones write MPO under a JPEG name.
    for late in ("WebP", "Tiff", "Mpo"):
        import_module(f"PIL.{late}ImagePlugin")
    only = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}[kind]

    def draw(data: bytes, limits: dict[str, Any]) -> list[Page]:
        Image.MAX_IMAGE_PIXELS = None  # our own limit, judged before a single pixel is decoded
        with Image.open(BytesIO(data), formats=(only,)) as image:
            if image.width * image.height > limits["pixels"]:
                raise RefusedError("file_too_many_pixels", megapixels=-(-image.width * image.height // 1_000_000), most=limits["pixels"] // 1_000_000)
            # A photograph is decoded at the nearest eighth above what is needed: several times faster, and it still notices missing data.
            image.draft("RGB", (limits["side"], limits["side"]))
            image.load()
            small = on_white(image)
            small.thumbnail((limits["side"], limits["side"]), Image.Resampling.LANCZOS)
            orientation = image.getexif().get(0x0112, 1)
        return [as_page(upright(small, orientation))]

    return draw


def on_white(image: "Image") -> "Image":
    """The same picture in plain RGB: transparent parts white, sixteen-bit greys scaled rather than clipped."""
    from PIL import Image

    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGB", layered.size, "white")
        paper.paste(layered, mask=layered.getchannel("A"))
        return paper
    return image.convert("RGB")


def upright(image: "Image", orientation: int) -> "Image":
    """Turn by the EXIF orientation (1 to 8; anything else is left as it is)."""
    from PIL.Image import Transpose

    turn = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(orientation)
    return image if turn is None else image.transpose(turn)


def pdf_drawer() -> Drawer:
    """Load everything that drawing a PDF needs, while there are still files to load from."""
    import pypdfium2
    from PIL import Image

    Image.preinit()
    import_module("pikepdf")

    def draw(data: bytes, limits: dict[str, Any]) -> list[Page]:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code == PDF_PASSWORD:
                raise RefusedError("file_encrypted") from None
            raise
        count = len(document)
        if count == 0:
            raise ValueError("a paper without pages")
        if count > limits["pages"]:
            raise RefusedError("file_too_many_pages", pages=count, most=limits["pages"])
        check_whole(data)
        # What was typed into the fields of a form is drawn only when the form is opened; no script runs, this library has none.
        document.init_forms()
        return [draw_page(document[number], limits["side"]) for number in range(count)]

    return draw


def check_whole(data: bytes) -> None:
    """Raise when data of a PDF are lost: pdfium draws a damaged page as far as it gets and says nothing, and half a diploma must not pass for a whole one."""
    import pikepdf

    if b"/Encrypt" in data:
        return  # this library would need a random device, out of reach by now, to open it
    with pikepdf.open(BytesIO(data)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Stream):
                try:
                    thing.read_bytes(pikepdf.StreamDecodeLevel.generalized)
                except pikepdf.DataDecodingError:
                    raise
                except pikepdf.PdfError:
                    continue  # a picture, as JPEG or another format of pixels: pdfium decodes it
        told = " ".join(str(warning) for warning in document.get_warnings())
    if any(loss in told for loss in LOSSES):
        raise ValueError("parts of the file are missing")


def draw_page(page: Any, side: int) -> Page:
    """One pdfium page as a picture whose longest side has `side` pixels, fewer when the page is tiny."""
    longest = max(page.get_size())
    scale = min(side / longest, MOST_DOTS_PER_INCH / POINTS_PER_INCH)
    picture = page.render(scale=scale, rev_byteorder=True).to_pil()
    drawn = as_page(picture.convert("RGB"))
    page.close()
    return drawn


def as_page(image: "Image") -> Page:
    """A picture made of nothing but these pixels, as JPEG."""
    out = BytesIO()
    # The encoder copies comment, colour profile and resolution from here when they are present.
    image.info = {}
    image.save(out, "JPEG", quality=JPEG_QUALITY, exif=b"", icc_profile=None, comment=b"")
    return out.getvalue(), image.width, image.height


def main() -> None:
    """Read, judge, draw again, write."""
    limits = json.loads(sys.argv[1])
    give_up_network()
    draw = pdf_drawer() if limits["kind"] == "application/pdf" else image_drawer(limits["kind"])
    give_up_the_rest(limits)
    warnings.simplefilter("ignore")
    try:
        pages = draw(sys.stdin.buffer.read(), limits)
        heads = [{"media_type": "image/jpeg", "bytes": len(data), "width": width, "height": height} for data, width, height in pages]
        answer = b"".join((json.dumps({"pages": heads}).encode(), b"\n", *(page[0] for page in pages)))
    except RefusedError as refusal:
        answer = json.dumps({"refused": refusal.code, "details": refusal.details}).encode() + b"\n"
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    # Leave at once: what libraries do while they tidy up after hostile input is one more risk.
    os._exit(0)


if __name__ == "__main__":
    main()
