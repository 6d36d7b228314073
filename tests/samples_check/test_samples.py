"""The sample evidence is whole, marked as a sample, and as good or as bad as it claims to be."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageFile, ImageOps

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
MANIFEST = json.loads((SAMPLES / "manifest.json").read_text(encoding="utf-8"))
GOOD, BAD = MANIFEST["good"], MANIFEST["bad"]
MARK = "Documento de muestra"
PAGES = {"diploma.pdf": 1, "transcript.pdf": 2, "apostille.pdf": 1, "study_plan.pdf": 3, "work_letter.pdf": 1, "references.pdf": 2}
FORMATS = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
KINDS = {
    "Mariángel Peñalver Núñez": {"diploma", "transcript", "legalisation", "identity", "study_plan", "payment"},
    "Deivis Alexander Ñáñez Carrillo": {"work_letter", "work_photo", "course_certificate", "identity", "references"},
}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_manifest_lists_every_file_and_its_digest() -> None:
    found = {path.name: _digest(path) for path in SAMPLES.iterdir() if path.suffix in {".pdf", ".jpg", ".png", ".webp"}}
    assert found == {name: entry["sha256"] for name, entry in GOOD.items()}
    assert {path.name: _digest(path) for path in (SAMPLES / "bad").iterdir()} == {name: entry["sha256"] for name, entry in BAD.items()}


def test_both_people_have_every_kind_of_evidence_their_case_needs() -> None:
    held = {person: {entry["kind"] for entry in GOOD.values() if entry["person"] == person} for person in KINDS}
    assert held == KINDS
    assert sum(entry["kind"] == "work_photo" for entry in GOOD.values()) == 3


def test_all_samples_together_stay_under_four_megabytes() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file() and "__pycache__" not in path.parts) < 4_000_000


@pytest.mark.parametrize("name", PAGES)
def test_each_paper_opens_and_every_page_says_that_it_is_a_sample(name: str) -> None:
    document = pypdfium2.PdfDocument(SAMPLES / name)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    assert len(texts) == PAGES[name]
    assert all(MARK in text for text in texts)


@pytest.mark.parametrize("name", ["diploma.pdf", "transcript.pdf", "work_letter.pdf", "references.pdf"])
def test_each_scan_is_one_jpeg_a_page_of_about_150_dots_an_inch(name: str) -> None:
    with pikepdf.open(SAMPLES / name) as pdf:
        for page in pdf.pages:
            (picture,) = page.Resources.XObject.values()
            assert picture.Filter == pikepdf.Name.DCTDecode
            assert int(picture.Width) / (float(page.mediabox[2]) / 72) == pytest.approx(150, abs=2)
            assert 60_000 < len(picture.read_raw_bytes()) < 200_000


@pytest.mark.parametrize("name", [name for name in GOOD if not name.endswith(".pdf")])
def test_each_picture_is_what_its_name_says_and_keeps_no_place_or_device(name: str) -> None:
    with Image.open(SAMPLES / name) as picture:
        assert picture.format == FORMATS[Path(name).suffix]
        assert min(picture.size) >= 500
        assert not picture.getexif()
        pixels = hashlib.sha256(picture.convert("RGB").tobytes()).hexdigest()
    assert pixels == GOOD[name]["pixels_sha256"]
    assert GOOD[name]["mark"] == MARK


@pytest.mark.parametrize("name", ["html_named.jpg", "svg_named.png", "not_an_image.png"])
def test_a_file_that_lies_about_its_type_is_not_a_picture(name: str) -> None:
    with pytest.raises(Image.UnidentifiedImageError):
        Image.open(SAMPLES / "bad" / name)


def test_the_cut_picture_begins_well_and_breaks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)  # the page maker sets it for its whole process
    with Image.open(SAMPLES / "bad" / "truncated.jpg") as picture, pytest.raises(OSError, match="truncated"):
        picture.load()


def test_the_bad_papers_are_bad_in_the_way_their_names_say() -> None:
    bad = SAMPLES / "bad"
    assert (bad / "empty.pdf").read_bytes() == b""
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(bad / "encrypted.pdf")
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(bad / "truncated.pdf")
    with pikepdf.open(bad / "too_many_pages.pdf") as pdf:
        assert len(pdf.pages) == 70
    with pikepdf.open(bad / "active.pdf") as pdf:
        assert pikepdf.Name.JavaScript == pdf.Root.OpenAction.S
        assert list(pdf.attachments) == ["nota.txt"]


def test_the_pixel_bomb_is_small_on_disk_and_refused_by_a_careful_decoder() -> None:
    path = SAMPLES / "bad" / "pixel_bomb.png"
    assert path.stat().st_size < 200_000
    with pytest.raises(Image.DecompressionBombError):
        Image.open(path)


def test_the_picture_with_a_tail_shows_well_and_carries_a_place_and_a_script() -> None:
    path = SAMPLES / "bad" / "script_tail.jpg"
    with Image.open(path) as picture:
        picture.load()
        place = picture.getexif().get_ifd(0x8825)
    assert place[1] == "N"
    assert b"<script>" in path.read_bytes().rpartition(b"\xff\xd9")[2]


def test_the_lying_photo_stands_up_when_its_orientation_is_obeyed() -> None:
    with Image.open(SAMPLES / "bad" / "rotated_exif.jpg") as picture:
        assert picture.getexif()[0x0112] == 6
        assert picture.size == (640, 480)
        assert ImageOps.exif_transpose(picture).size == (480, 640)


def test_the_script_makes_the_bad_files_again_byte_for_byte(tmp_path: Path) -> None:
    command = [sys.executable, "-B", str(SAMPLES / "make_samples.py"), "--only", "bad", "--out", str(tmp_path)]
    subprocess.run(command, check=True, timeout=120)
    made = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert made["bad"] == BAD
