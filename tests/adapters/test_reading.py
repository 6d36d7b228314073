"""What the reader accepts, what it refuses and with which word, and that nothing of the original is left in a viewing copy."""

import io
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from credentialing.adapters import reading
from credentialing.adapters.reading import Limits, SandboxedReader
from credentialing.domain.errors import BadInputError, Reason
from tests.adapters import papers

CHILD = Path(reading.__file__).with_name("reading_child.py")


def refusal(data: bytes, file_name: str, limits: Limits | None = None) -> Reason:
    with pytest.raises(BadInputError) as caught:
        SandboxedReader(limits).read(data, file_name)
    [reason] = caught.value.reasons
    assert reason.details["field"] == "file"
    return reason


def picture(data: bytes, file_name: str) -> Image.Image:
    [page] = SandboxedReader().read(data, file_name).pages
    image = Image.open(io.BytesIO(page.data))
    assert image.size == (page.width, page.height)
    return image.convert("RGB")


@pytest.mark.parametrize(("form", "ending"), [("JPEG", "jpg"), ("JPEG", "JPEG"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_photograph_becomes_one_viewing_copy_of_its_true_type(form: str, ending: str) -> None:
    read = SandboxedReader().read(papers.photograph(form), f"Cédula de María.{ending}")
    assert read.media_type == f"image/{form.lower()}"
    assert [(page.width, page.height, page.media_type) for page in read.pages] == [(320, 200, "image/jpeg")]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_viewing_copy_holds_no_metadata(form: str) -> None:
    original = papers.photograph(form)
    assert b"Telefono" in original
    [page] = SandboxedReader().read(original, f"a.{form.lower()}").pages
    assert b"Telefono" not in page.data
    assert dict(Image.open(io.BytesIO(page.data)).getexif()) == {}
    assert b"Exif" not in page.data
    assert b"ICC_PROFILE" not in page.data


@pytest.mark.parametrize(
    ("orientation", "red_at"), [(1, "left"), (2, "right"), (3, "right"), (4, "left"), (5, "top"), (6, "top"), (7, "bottom"), (8, "bottom")]
)
def test_a_photograph_is_turned_upright(orientation: int, red_at: str) -> None:
    image = picture(papers.photograph(orientation=orientation), "a.jpg")
    assert image.size == ((320, 200) if red_at in ("left", "right") else (200, 320))
    width, height = image.size
    spot = {"left": (10, height // 2), "right": (width - 10, height // 2), "top": (width // 2, 10), "bottom": (width // 2, height - 10)}[red_at]
    red, _, blue = image.getpixel(spot)
    assert red > 200 > 60 > blue


def test_a_large_photograph_is_made_smaller_and_a_small_one_stays() -> None:
    assert picture(papers.photograph(size=(4000, 3000)), "a.jpg").size == (1600, 1200)
    assert picture(papers.photograph(size=(20, 10)), "a.jpg").size == (20, 10)


def test_what_is_transparent_is_drawn_on_white_and_sixteen_bit_grey_keeps_its_shade() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    assert picture(out.getvalue(), "a.png").getpixel((20, 20)) == (255, 255, 255)
    out = io.BytesIO()
    Image.new("I;16", (40, 40), 0x8000).save(out, "PNG")
    assert picture(out.getvalue(), "a.png").getpixel((20, 20)) == (128, 128, 128)


def test_a_pdf_becomes_one_viewing_copy_for_each_page() -> None:
    read = SandboxedReader().read(papers.pdf(3), "notas.pdf")
    assert read.media_type == "application/pdf"
    assert [(page.media_type, page.height) for page in read.pages] == [("image/jpeg", 1600)] * 3
    assert all(page.width == 1131 for page in read.pages)


def test_lettering_in_a_font_that_the_pdf_lacks_is_still_drawn() -> None:
    image = picture(papers.pdf(), "a.pdf").convert("L")
    assert image.getextrema()[0] < 60


def test_what_was_typed_into_a_form_is_drawn() -> None:
    image = picture(papers.filled_form(), "a.pdf").convert("L")
    assert image.getextrema()[0] < 100


def test_a_pdf_that_anyone_may_open_is_read_although_it_forbids_copying() -> None:
    assert len(SandboxedReader().read(papers.pdf(owner="secret"), "a.pdf").pages) == 1


def test_a_tiny_page_is_not_blown_up() -> None:
    assert picture(papers.pdf(size=(72, 72), drawing=b"0 0 36 36 re f"), "a.pdf").size == (300, 300)


def test_a_name_without_an_ending_claims_nothing() -> None:
    assert SandboxedReader().read(papers.photograph(), "image").media_type == "image/jpeg"


CASES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "nothing": (lambda: b"", "a.jpg", "file_empty"),
    "a page of the web named as a photograph": (lambda: b"<html><script>alert(1)</script>", "a.jpg", "file_type_lies"),
    "a drawing with scripts named as a picture": (lambda: b'<?xml version="1.0"?><svg/>', "a.png", "file_type_lies"),
    "a photograph named as a pdf": (lambda: papers.photograph(), "a.pdf", "file_type_lies"),
    "a pdf named as a photograph": (lambda: papers.pdf(), "a.jpg", "file_type_lies"),
    "a photograph named as a program": (lambda: papers.photograph(), "a.jpg.exe", "file_type_lies"),
    "a pdf behind something else": (lambda: b"GIF89a" + papers.pdf(), "a.pdf", "file_type_lies"),
    "an office file": (lambda: b"PK\x03\x04" + bytes(100), "cv.docx", "file_type_unknown"),
    "bytes without a name": (lambda: b"hello", "", "file_type_unknown"),
    "a pdf with a password": (lambda: papers.pdf(password="clave"), "a.pdf", "file_encrypted"),
    "a pdf cut off": (lambda: papers.pdf(5)[:-60], "a.pdf", "file_broken"),
    "a pdf that is only its frame": (lambda: b"%PDF-1.7\n%%EOF", "a.pdf", "file_broken"),
    "a photograph cut off": (lambda: papers.photograph(size=(900, 900))[:-700], "a.jpg", "file_broken"),
    "a picture cut off": (lambda: papers.photograph("PNG")[:-40], "a.png", "file_broken"),
    "only the first bytes of a picture": (lambda: b"RIFF\x00\x00\x00\x00WEBP", "a.webp", "file_broken"),
    "a pdf of 61 pages": (lambda: papers.pdf(61), "a.pdf", "file_too_many_pages"),
    "few bytes that unfold to 10 gigapixels": (lambda: papers.huge_png(100_000, 100_000), "a.png", "file_too_many_pixels"),
    "one pixel row above the limit": (lambda: papers.huge_png(5000, 5001), "a.png", "file_too_many_pixels"),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_what_cannot_be_used_is_refused_with_its_reason(case: str) -> None:
    make, file_name, code = CASES[case]
    assert refusal(make(), file_name).code == code


SAMPLES = Path(__file__).parents[1] / "samples"
BAD_SAMPLES = {
    "empty.pdf": "file_empty",
    "encrypted.pdf": "file_encrypted",
    "html_named.jpg": "file_type_lies",
    "not_an_image.png": "file_type_lies",
    "svg_named.png": "file_type_lies",
    "pixel_bomb.png": "file_too_many_pixels",
    "too_many_pages.pdf": "file_too_many_pages",
    "truncated.jpg": "file_broken",
    "truncated.pdf": "file_broken",
}
HARMLESS_ONCE_DRAWN = {"active.pdf", "rotated_exif.jpg", "script_tail.jpg"}
PAPERS = sorted(path.name for path in SAMPLES.iterdir() if path.suffix in (".pdf", ".jpg", ".png", ".webp"))


@pytest.mark.parametrize("name", sorted(path.name for path in (SAMPLES / "bad").iterdir()))
def test_each_bad_sample_is_refused_with_its_reason_or_made_harmless(name: str) -> None:
    data = (SAMPLES / "bad" / name).read_bytes()
    if name in HARMLESS_ONCE_DRAWN:
        pages = SandboxedReader().read(data, name).pages
        assert not any(trace in page.data for page in pages for trace in (b"script", b"JavaScript", b"Exif", b"/OpenAction"))
    else:
        assert refusal(data, name).code == BAD_SAMPLES[name]


@pytest.mark.parametrize("name", PAPERS)
def test_each_honest_paper_is_read(name: str) -> None:
    assert len(SandboxedReader().read((SAMPLES / name).read_bytes(), name).pages) >= 1


@pytest.mark.parametrize(("name", "place"), [("transcript.pdf", 0.5), ("study_plan.pdf", 0.5)])
def test_a_paper_with_a_lost_page_is_broken_rather_than_half_shown(name: str, place: float) -> None:
    data = bytearray((SAMPLES / name).read_bytes())
    start = int(len(data) * place)
    data[start : start + 3000] = bytes(3000)
    assert refusal(bytes(data), name).code == "file_broken"


def test_a_file_above_the_limit_is_refused_with_the_limit() -> None:
    assert refusal(bytes(15_000_001), "a.jpg").code == "file_too_large"
    assert refusal(bytes(15_000_001), "a.jpg").details["most"] == 15


def test_sixty_pages_are_not_too_many() -> None:
    assert len(SandboxedReader().read(papers.pdf(60, size=(72, 72)), "a.pdf").pages) == 60


@pytest.mark.parametrize(
    "limits", [Limits(memory=60 << 20), Limits(wall_seconds=0.02), Limits(bytes_out=1000)], ids=["memory", "time", "output"]
)
def test_a_child_that_dies_means_a_broken_file(limits: Limits) -> None:
    assert refusal(papers.photograph(size=(4900, 5000)), "a.jpg", limits).code == "file_broken"


def test_a_child_that_computes_for_too_long_is_stopped_by_the_kernel() -> None:
    endless = b"0 0 m 595 842 0 842 595 0 c S " * 200_000
    reason = refusal(papers.pdf(8, drawing=endless), "a.pdf", Limits(processor_seconds=1))
    assert reason.code == "file_broken"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\n",
        b"[]\n",
        b'{"pages": []}\n',
        b'{"pages": [{"media_type": "text/html", "bytes": 3, "width": 1, "height": 1}]}\n<a>',
        b'{"pages": [{"media_type": "image/jpeg", "bytes": 9, "width": 1, "height": 1}]}\n\xff\xd8\xff',
        b'{"pages": [{"media_type": "image/jpeg", "bytes": 3, "width": 9999, "height": 1}]}\n\xff\xd8\xff',
        b'{"pages": [{"media_type": "image/jpeg", "bytes": 3, "width": 1, "height": 1}]}\n<a>',
        b'{"refused": "welcome", "details": {}}\n',
    ],
)
def test_an_answer_that_a_taken_over_child_might_give_is_a_broken_file(answer: bytes) -> None:
    with pytest.raises(BadInputError) as caught:
        reading._pages(answer, Limits())
    assert caught.value.reasons[0].code == "file_broken"


PROBE = """
import json, os, runpy, socket, sys
child = runpy.run_path(sys.argv[1])
child["give_up_network"]()
child["give_up_the_rest"]({"memory": 1 << 30, "seconds": 10, "output": 1000})
found = []
def attempt(name, act):
    try:
        act()
        found.append(name)
    except OSError:
        pass
os.close(0)  # makes room for one handle below the limit
attempt("file", lambda: open("/etc/passwd"))
attempt("folder", lambda: os.listdir("/"))
attempt("new file", lambda: open("/tmp/from-the-child", "w"))
attempt("network", lambda: socket.socket().connect(("127.0.0.1", int(sys.argv[2]))))
print(json.dumps(found))
"""


def test_the_child_reaches_neither_files_nor_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        command = [sys.executable, "-I", "-c", PROBE, str(CHILD), port]
        done = subprocess.run(command, capture_output=True, check=True, env={}, timeout=20)
    assert json.loads(done.stdout) == []
