"""The symbol of the compiled page is the symbol that `qrcode` draws, module for module, and readers of others read it."""

import random
import subprocess
from pathlib import Path

import pytest
import qrcode
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from credentialing.certificate import symbol
from credentialing.certificate.qr import LARGEST_VERSION, MASK
from credentialing.certificate.symbol import qr_rows
from credentialing.domain.errors import RefusedError
from tests.certificate.drafts import CODE, HOST

ADDRESS = f"https://{HOST}/c/{CODE}#"


def _text(digits: int, address: str = ADDRESS) -> str:
    return address + "".join(random.Random(digits).choices("0123456789", k=digits))


def _by_qrcode(text: str) -> tuple[int, tuple[bytes, ...]]:
    address, _, digits = text.partition("#")
    author = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    author.add_data(QRData(f"{address}#".encode(), mode=MODE_8BIT_BYTE))
    author.add_data(QRData(digits.encode(), mode=MODE_NUMBER))
    author.make(fit=True)
    return author.version, tuple(bytes(49 if module else 48 for module in row) for row in author.get_matrix())


def test_every_version_and_every_rest_of_digits_is_the_symbol_of_qrcode() -> None:
    versions = set()
    # Up to what version 13 holds, in steps that meet all three rests of three digits; both sides of the border where the counts grow wider.
    for digits in [*range(21, 690, 17), *range(296, 304), *range(669, 676)]:
        version, rows = _by_qrcode(_text(digits))
        if version <= LARGEST_VERSION:
            assert qr_rows(_text(digits)) == rows, digits
            versions.add(version)
    assert versions >= {5, 9, 10, 11, 12, 13}


def test_a_text_that_does_not_fit_version_13_is_refused() -> None:
    longest = next(digits for digits in range(700, 600, -1) if _by_qrcode(_text(digits))[0] <= LARGEST_VERSION)
    assert len(qr_rows(_text(longest))) == 17 + 4 * LARGEST_VERSION
    with pytest.raises(RefusedError, match="qr_too_large"):
        qr_rows(_text(longest + 1))


def _picture(rows: tuple[bytes, ...], scale: int = 4) -> Image.Image:
    size = len(rows)
    small = Image.new("L", (size + 8, size + 8), 255)
    small.paste(Image.frombytes("L", (size, size), bytes(0 if module == 49 else 255 for row in rows for module in row)), (4, 4))
    return small.resize(((size + 8) * scale,) * 2, Image.Resampling.NEAREST)


@pytest.mark.parametrize("digits", [180, 430, 560])
def test_two_readers_of_others_read_what_was_written(digits: int, tmp_path: Path) -> None:
    picture = _picture(qr_rows(_text(digits)))
    picture.save(tmp_path / "symbol.png")
    zbar = subprocess.run(["zbarimg", "--quiet", "--raw", str(tmp_path / "symbol.png")], capture_output=True, text=True, check=True)
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [_text(digits)]
    assert zbar.stdout.strip() == _text(digits)


def test_a_wrong_error_correction_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbol, "_FIELD", 0x12D)
    symbol._multiples.cache_clear()
    assert qr_rows(_text(430)) != _by_qrcode(_text(430))[1]
    symbol._multiples.cache_clear()
