"""The credential that a certificate carries: taken out of the PDF again."""

import io
from typing import Any

CREDENTIAL_NAME = "credential.json"
"""The name of the file that is attached to every certificate."""

LARGEST = 1_000_000  # bytes; ours stay below 30,000


def credential_in(pdf: bytes) -> bytes | None:
    """The bytes of the attached credential; None when the file carries none, or more than one file, or cannot be read. Never raises.

    Whether the file is ours must have been judged before (`reading.examine_pdf`): this opens it with a parser.
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if list(document.attachments) != [CREDENTIAL_NAME]:
                return None
            return _bounded(document.attachments[CREDENTIAL_NAME].get_file().obj)
    except Exception:  # a parser met bytes that it was not made for
        return None


def _bounded(stream: Any) -> bytes | None:
    """The content of an embedded file, unless its own header says that it is larger than any of ours."""
    if int(stream.Params.Size) > LARGEST:
        return None
    data: bytes = stream.read_bytes()
    return data if len(data) <= LARGEST else None
