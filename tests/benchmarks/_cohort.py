"""A cohort without end: invented people who were all certified in baking."""

import random
from collections.abc import Iterator

from credentialing.certificate.face import Draft, StatusPlace
from credentialing.domain.numbers import new_certificate_code
from tests.certificate.drafts import competence

_GIVEN = ("Ana", "Luis", "María José", "Yusmary", "José Gregorio", "Íngrid", "Wilmer", "Ángel", "Zoraida", "João", "Nélida", "Kelvin", "Rosángela", "Iñaki")
_FAMILY = ("Briceño", "Ñáñez", "D’Acosta", "Güerere", "Peñalver", "O'Leary", "Müller", "Conceição", "Ibáñez", "Rangel", "Villarroel", "Núñez", "Li", "Sousa")


class _Chance:
    """The same chance in every run."""

    def __init__(self, seed: int) -> None:
        self.of = random.Random(seed)

    def bytes(self, count: int) -> bytes:
        return self.of.randbytes(count)

    def below(self, limit: int) -> int:
        return self.of.randrange(limit)

    def id(self) -> str:
        return self.bytes(16).hex()


def cohort(seed: int) -> Iterator[tuple[Draft, str, str, StatusPlace, bytes]]:
    """Draft, number, code, place in the status list, and a credential of 8 kB that packs to half."""
    chance, number = _Chance(seed), 0
    while True:
        number += 1
        name = f"{chance.of.choice(_GIVEN)} {chance.of.choice(_FAMILY)} {chance.of.choice(_FAMILY)}"
        code = new_certificate_code(chance)
        credential = b'{"name":"%b","proof":"%b"}' % (name.encode(), chance.bytes(4000).hex().encode())
        yield competence(display_name=name, document_ending=code[:4]), f"CL-2026-{number:06}-9", code, StatusPlace(1, number), credential
