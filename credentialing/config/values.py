"""Readers of single values: each takes what the file or the environment holds and answers the value, or raises ValueError with half a sentence.

Text stands for every kind, because the environment knows nothing else.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")

BRAND_COLOURS = frozenset({"teal", "deep", "mist", "bridge", "sun"})
"""The colours of the stylesheet that belong to the brand; all others carry a meaning."""

SIGNING_PURPOSES = frozenset({"root", "issuing", "seal", "qr", "credential", "sd_jwt", "status", "log", "bundle"})
"""What keys sign for; `crypto` has the same list with what each is."""


def text(raw: object) -> str:
    """Text that is not blank."""
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError("must be text and not blank")
    return raw.strip()


def optional_text(raw: object) -> str:
    """Text, or an empty text for “not used”."""
    return "" if raw == "" else text(raw)


def flag(raw: object) -> bool:
    """True or false."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in {"true", "false"}:
        return raw.lower() == "true"
    raise ValueError("must be true or false")


def whole(low: int, high: int) -> Callable[[object], int]:
    """A reader of whole numbers from `low` to `high`."""

    def read(raw: object) -> int:
        if isinstance(raw, str) and raw.isascii() and raw.isdigit():
            raw = int(raw)
        if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return raw

    return read


def one_of(*choices: str) -> Callable[[object], str]:
    """A reader of one word out of `choices`."""

    def read(raw: object) -> str:
        if raw not in choices:
            raise ValueError("must be one of: " + ", ".join(choices))
        return str(raw)

    return read


def words(raw: object) -> tuple[str, ...]:
    """A list of texts; in the environment one text with commas. An empty list is empty."""
    if isinstance(raw, str):
        return tuple(word.strip() for word in raw.split(",") if word.strip())
    if isinstance(raw, list):
        return tuple(text(word) for word in raw)
    raise ValueError("must be a list of texts")


def optional_library(raw: object) -> str:
    """The absolute path of a library, or an empty text for “not used”."""
    path = optional_text(raw)
    if path and not path.startswith("/"):
        raise ValueError("must be the whole path of a PKCS #11 library, beginning with /")
    return path


def purposes(raw: object) -> tuple[str, ...]:
    """Purposes of signing keys, each at most once."""
    named = words(raw)
    if len(set(named)) != len(named) or not set(named) <= SIGNING_PURPOSES:
        raise ValueError("must be a list of different purposes out of: " + ", ".join(sorted(SIGNING_PURPOSES)))
    return named


def languages(raw: object) -> tuple[str, ...]:
    """Language codes, the first one being the language of a visitor who has chosen none."""
    codes = words(raw)
    if not codes or len(set(codes)) != len(codes) or not all(_LANGUAGE.fullmatch(code) for code in codes):
        raise ValueError("must be a list of different language codes such as es, en, pt")
    return codes


def host(raw: object) -> str:
    """A host name in lower case without scheme, port or path; never an address of numbers, which some verifiers refuse."""
    name = text(raw).lower()
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise ValueError("must be a host name such as certificates.ministry.example, without https:// and without a port")
    return name


def hosts(raw: object) -> tuple[str, ...]:
    """Host names; a wildcard is refused, because a forged Host header would pass through it."""
    return tuple(host(word) for word in words(raw))


def listening_address(raw: object) -> str:
    """The address to listen on: an IP address, or `localhost`."""
    address = text(raw)
    if address != "localhost":
        try:
            ipaddress.ip_address(address)
        except ValueError as error:
            raise ValueError("must be an IP address, such as 127.0.0.1") from error
    return address


def web_address(raw: object) -> str:
    """An http(s) address without path, query or fragment, and without the slash at its end."""
    address = text(raw).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment or parts.username is not None:
        raise ValueError("must look like https://recognition.ministry.example, without anything after the host")
    return address


def https_page(raw: object) -> str:
    """The https address of a page."""
    address = text(raw)
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise ValueError("must be an https:// address")
    return address


def optional_https_page(raw: object) -> str:
    """The https address of a page, or an empty text for “not used”."""
    return "" if raw == "" else https_page(raw)


def optional_service(raw: object) -> str:
    """The http(s) address of a service whose answers are signed, or an empty text for “not used”."""
    address = optional_text(raw)
    parts = urlsplit(address)
    if address and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None or parts.fragment):
        raise ValueError("must be the http:// or https:// address of a service, without a password")
    return address


def names_by_language(raw: object) -> Mapping[str, str]:
    """A name for each language code."""
    if not isinstance(raw, dict):
        raise ValueError("must be a table with one name for each language")
    return MappingProxyType({languages([code])[0]: text(name) for code, name in raw.items()})


def colours(raw: object) -> Mapping[str, str]:
    """The brand's colours: a table of names that the stylesheet knows, each written #RRGGBB."""
    if not isinstance(raw, dict):
        raise ValueError("must be a table of colours")
    for name, value in raw.items():
        if name not in BRAND_COLOURS or not re.fullmatch(r"#[0-9A-Fa-f]{6}", str(value), re.ASCII):
            raise ValueError(f"holds {name} = {value}: name one of {', '.join(sorted(BRAND_COLOURS))}, each written #RRGGBB")
    return MappingProxyType({str(name): str(value) for name, value in raw.items()})


def drawing(raw: object) -> str:
    """The name of an SVG file in the instance folder, or nothing."""
    name = optional_text(raw)
    if name and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}\.svg", name, re.ASCII):
        raise ValueError("must be the plain name of an SVG file in the instance folder, for example emblem.svg")
    return name


def certificates(raw: object) -> str:
    """The name of a PEM file in the instance folder, or nothing."""
    name = optional_text(raw)
    if name and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}\.pem", name, re.ASCII):
        raise ValueError("must be the plain name of a PEM file in the instance folder, for example timestamp-roots.pem")
    return name


def object_store(raw: object) -> str:
    """The address of a bucket and a prefix in it; empty for the folder of the instance."""
    address = optional_text(raw)
    if address and not re.fullmatch(r"(s3|gs|az)://[a-z0-9][a-z0-9.-]{1,62}(/[A-Za-z0-9._/-]*)?", address, re.ASCII):
        raise ValueError("must be the address of a bucket, for example s3://evidence/puente, without any password")
    return address


def database(raw: object) -> str:
    """A SQLite or PostgreSQL address without a password; empty for the embedded database."""
    address = optional_text(raw)
    if not address:
        return ""
    if address.startswith("postgresql://"):
        address = "postgresql+psycopg://" + address.removeprefix("postgresql://")
    scheme, _, rest = address.partition("://")
    if scheme not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError("must begin with sqlite:/// or postgresql://")
    if scheme == "sqlite" and not rest.removeprefix("/"):
        raise ValueError("must name a file: a database in memory loses every case at the next start")
    if scheme != "sqlite" and (urlsplit(address).password is not None or "password=" in rest):
        raise ValueError("must not hold the password: put it into a file of its own in keys/, as the README of the instance folder says")
    return address
