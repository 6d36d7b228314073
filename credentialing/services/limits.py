"""Limits against guessing and flooding, counted in our own table so that every process and machine counts together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from credentialing.domain.errors import TooManyError
from credentialing.storage.records import LimitCount


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` times in each window of `minutes`."""

    bucket: str
    count: int
    minutes: int


CODES_PER_CONTACT = Limit("code_contact", 3, 15)
CODES_PER_SOURCE = Limit("code_source", 50, 15)
GUESSES_PER_CONTACT = Limit("guess_contact", 10, 15)
GUESSES_PER_SOURCE = Limit("guess_source", 50, 15)
CHECKS_PER_SOURCE = Limit("check_source", 60, 1)


def spend(session: Session, limit: Limit, *, key: bytes, now: datetime) -> None:
    """Count one use; TooManyError, with the seconds until the window ends, when the limit was already reached."""
    length = timedelta(minutes=limit.minutes)
    start = (now - timedelta(seconds=now.timestamp() % length.total_seconds())).replace(microsecond=0)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(LimitCount).values(bucket=limit.bucket, key=key, window_start=start, count=1)
    counted = statement.on_conflict_do_update(index_elements=["bucket", "key", "window_start"], set_={"count": LimitCount.count + 1}).returning(
        LimitCount.count
    )
    if session.execute(counted).scalar_one() > limit.count:
        raise TooManyError(max(1, int((start + length - now).total_seconds())))


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop counts whose window ended more than a day ago: they hold a trace of who came from where."""
    session.execute(delete(LimitCount).where(LimitCount.window_start < now - timedelta(days=1)))
