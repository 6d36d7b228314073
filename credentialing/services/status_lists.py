"""The status lists as they stand: made from the register when somebody asks, so that an act is known as soon as it is committed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from credentialing.certificate.face import StatusPlace
from credentialing.certificate.statuslist import PURPOSES, StatusList, StatusLists, StatusPurpose, bits_of, file_name, list_url, sign_list
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.errors import NotFoundError
from credentialing.services.office import Register
from credentialing.storage.records import CertificateRecord, StandingAct

_SHARE = 4
"""A list is signed anew when a quarter of its time is over, so that whoever fetches one may rely on it for three quarters at least."""


def signed_list(register: Register, *, list_number: int, purpose: StatusPurpose) -> bytes:
    """The signed list as JSON; the same bytes from every process until something changes or a quarter of its time is over.
    NotFoundError for a list in which no certificate stands."""
    now = register.clock.now()
    with register.reading() as session:
        if list_number not in _numbers(session):
            raise NotFoundError("no such list")
        status_list = _list(register, session, list_number, purpose, now)
    return _signed(register.keys, f"https://{register.settings.verify_host}", status_list, register.keys.active(Purpose.STATUS).id)


def current_lists(register: Register) -> StatusLists:
    """Every list as it stands, for a check without a register."""
    now = register.clock.now()
    with register.reading() as session:
        lists = [_list(register, session, number, purpose, now) for number in _numbers(session) for purpose in PURPOSES]
    return StatusLists({(each.list_number, each.purpose): each for each in lists})


def export_lists(register: Register, folder: Path) -> dict[str, str]:
    """Write every signed list into `folder`/status; the address of each and its file, relative to `folder`."""
    written = {}
    for number, purpose in _named(register):
        path = folder / file_name(number, purpose)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(signed_list(register, list_number=number, purpose=purpose))
        written[list_url(f"https://{register.settings.verify_host}", StatusPlace(number, 0), purpose)] = file_name(number, purpose)
    return written


def _named(register: Register) -> Iterator[tuple[int, StatusPurpose]]:
    with register.reading() as session:
        numbers = _numbers(session)
    yield from ((number, purpose) for number in numbers for purpose in PURPOSES)


def _numbers(session: Session) -> range:
    """The lists that hold a certificate; they are filled one after another."""
    return range(1, 1 + (session.scalar(select(func.max(CertificateRecord.list_number))) or 0))


def _list(register: Register, session: Session, list_number: int, purpose: StatusPurpose, now: datetime) -> StatusList:
    row = CertificateRecord
    ended = row.status.in_(("revoked", "superseded"))
    either = or_(ended, row.suspended_at.is_not(None))  # as the index has it
    wanted = ended if purpose == "revocation" else row.suspended_at.is_not(None)
    indexes = session.scalars(select(row.list_index).where(row.list_number == list_number, either, wanted)).all()
    acts = select(func.max(StandingAct.done_at)).join(row, StandingAct.certificate_id == row.id).where(row.list_number == list_number)
    hours, born = register.settings.status_list_hours, register.keys.active(Purpose.STATUS).created
    valid_from = max(_begin(now, hours), born, session.scalar(acts) or born).replace(microsecond=0)
    return StatusList(
        list_number=list_number, purpose=purpose, bits=bits_of(index for index in indexes if index is not None),
        valid_from=valid_from, valid_until=valid_from + timedelta(hours=hours),
    )  # fmt: skip


def _begin(now: datetime, hours: int) -> datetime:
    """The beginning of the share of time that `now` lies in, the same for every process."""
    share = timedelta(hours=hours) / _SHARE
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (now - epoch) // share * share


# Keyed by the content itself and not by the time of the last act: two acts may be committed in another order than they began.
@lru_cache(maxsize=64)
def _signed(keys: KeyRing, verify_url_base: str, status_list: StatusList, kid: str) -> bytes:
    return (json.dumps(sign_list(status_list, keys, verify_url_base=verify_url_base), ensure_ascii=False) + "\n").encode()
