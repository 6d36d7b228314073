"""Which values of a page differ within a cohort, and the name of the cohort: everything else that the page says.

The cohort is what is left of the values of a page when the places below are emptied, in one canonical text. A value that is not listed here is part of it, so a
page with another such value is another cohort and another form: nothing can be forgotten, only compiled too often.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

# Words that stand for the values while a form is compiled: in every font, in no language, without a place to break a line.
NAMES = {
    "name.0": "Qzavkjwy", "name.1": "Qzbvkjwy", "display_name": "Qzcvkjwy", "document_ending": "Qzdv", "number": "Qzevkjwy", "code": "Qzfvkjwy",
    "url": "https://qzgvkjwy.example/c/Qzgvkjwy", "date.a": "Qzhvkjwy", "date.b": "Qzivkjwy", "expires.a": "Qzjvkjwy", "expires.b": "Qzkvkjwy",
    "issued": "1904-05-06T07:08:09+00:00", "issued.pdf": "D:19040506070809+00'00", "issued.file": "D:19040506070809Z", "sealed": "D:19070809101112Z",
}  # fmt: skip
ISSUED, SEALED = datetime(1904, 5, 6, 7, 8, 9, tzinfo=UTC), datetime(1907, 8, 9, 10, 11, 12, tzinfo=UTC)
PATTERN = re.compile("(" + "|".join(map(re.escape, NAMES.values())) + ")")
NAME_PLACES = frozenset(NAMES[place] for place in ("name.0", "name.1", "display_name"))
"""Places where the name of a person may stand, with any letter that our fonts can draw."""


def named(values: Mapping[str, Any], *, qr: str) -> dict[str, Any]:
    """The values of a page (`values.page_values`) with a word of `NAMES` in each place that differs within a cohort, and the picture `qr`."""
    d = dict(values["d"])
    d["name_lines"] = [NAMES[f"name.{line}"] for line, _ in enumerate(d["name_lines"])]
    d |= {"display_name": NAMES["display_name"], "number": NAMES["number"], "issued_at": NAMES["issued"]}
    d["document_ending"] = d["document_ending"] and NAMES["document_ending"]
    for day in ("date", "expires"):
        d[day] = d[day] and {side: NAMES[f"{day}.{side}"] for side in d[day]}
    d["verify"] = {**d["verify"], "code": NAMES["code"], "url": NAMES["url"], "qr": qr}
    return {**values, "d": d}


def cohort_of(values: Mapping[str, Any]) -> str:
    """The name of the cohort of a page: 64 hexadecimal digits."""
    bare = named(values, qr="")
    text = json.dumps([bare["A"], bare["B"], bare["d"]], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def texts_of(values: Mapping[str, Any], *, issued_at: datetime, sealed_at: datetime) -> dict[str, str]:
    """What stands in each place of a page, by the word of `NAMES` that stands for it."""
    return {NAMES[place]: text for place, text in _texts(values["d"], issued_at=issued_at, sealed_at=sealed_at)}


def _texts(d: Mapping[str, Any], *, issued_at: datetime, sealed_at: datetime) -> Iterator[tuple[str, str]]:
    yield from ((f"name.{line}", text) for line, text in enumerate(d["name_lines"]))
    yield from ((place, d[place] or "") for place in ("display_name", "document_ending", "number"))
    yield from ((f"{day}.{side}", text) for day in ("date", "expires") if d[day] for side, text in d[day].items())
    yield from ((place, d["verify"][place]) for place in ("code", "url"))
    offset = issued_at.strftime("%z")
    yield "issued", d["issued_at"]
    yield "issued.pdf", f"D:{issued_at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}"
    yield "issued.file", f"D:{issued_at.astimezone(UTC):%Y%m%d%H%M%S}Z"
    yield "sealed", f"D:{sealed_at.astimezone(UTC):%Y%m%d%H%M%S}Z"
