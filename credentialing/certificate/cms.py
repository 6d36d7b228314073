"""The CMS of a seal from a template. Between two seals by one key only the digest of the file and the signature differ (RFC 5652, 5.3; RFC 5035 for the rest):
pyHanko writes one, later ones are that one with those two replaced, byte for byte what pyHanko would write and a fortieth of its time.
"""

from collections.abc import Callable
from dataclasses import dataclass

_OCTETS, _SET, _ATTRIBUTES = 0x04, b"\x31", 0xA0


@dataclass(frozen=True, slots=True)
class CmsTemplate:
    """`before` and `after` the digest, within the signed attributes (DER, as they are signed); the layers around the signature from the outside inwards:
    tag, and what stands in the layer before its last part, with the attributes cut out of it in the innermost one."""

    before: bytes
    after: bytes
    layers: tuple[tuple[int, bytes], ...]
    place: int  # where in the innermost layer the attributes stood

    def signed(self, digest: bytes, sign: Callable[[bytes], bytes]) -> bytes:
        """The CMS over a file of this SHA-256; `sign` makes the DER signature over the attributes."""
        attributes = self.before + digest + self.after
        inner = sign(_SET + attributes[1:])
        made = _element(_OCTETS, inner)
        for depth, (tag, head) in enumerate(reversed(self.layers)):
            whole = head if depth else head[: self.place] + attributes + head[self.place :]
            made = _element(tag, whole + made)
        return made


def template_of(made: bytes, digest: bytes) -> CmsTemplate:
    """The template behind a CMS with one signer and nothing unsigned; ValueError when `made` is of another form."""
    layers, start, end = [], 0, len(made)
    attributes = (0, 0)
    while made[start] != _OCTETS:
        tag, start, inner_end = _opened(made, start)
        parts = list(_parts(made, start, inner_end))
        if inner_end != end or not parts:
            raise ValueError("the signature is not the last part of the CMS")
        attributes = next(((first, last) for first, last in parts if made[first] == _ATTRIBUTES and digest in made[first:last]), attributes)
        layers.append((tag, made[start : parts[-1][0]]))
        start = parts[-1][0]
    first, last = attributes
    tag, head = layers[-1]
    place = len(head) - (start - first)
    signed = made[first:last]
    if signed.count(digest) != 1 or place < 0:
        raise ValueError("the digest does not stand once among the signed attributes")
    layers[-1] = (tag, head[:place] + head[place + len(signed) :])
    before, _, after = signed.partition(digest)
    return CmsTemplate(before, after, tuple(layers), place)


def signature_in(made: bytes) -> bytes:
    """The signature value: the innermost last part."""
    start = 0
    while made[start] != _OCTETS:
        _, start, end = _opened(made, start)
        start = list(_parts(made, start, end))[-1][0]
    _, start, end = _opened(made, start)
    return made[start:end]


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 0x80 else (lambda digits: bytes([0x80 + len(digits)]) + digits)(size.to_bytes((size.bit_length() + 7) // 8))
    return bytes([tag]) + length + content


def _opened(data: bytes, start: int) -> tuple[int, int, int]:
    """Tag, and where the content of the element at `start` begins and ends (DER, tags of one byte)."""
    size, content = data[start + 1], start + 2
    if size >= 0x80:
        digits = size - 0x80
        size, content = int.from_bytes(data[content : content + digits]), content + digits
    return data[start], content, content + size


def _parts(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    parts = []
    while start < end:
        _, _, after = _opened(data, start)
        parts.append((start, after))
        start = after
    return parts
