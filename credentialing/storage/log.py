"""Records of the transparency log beside its leaves: what a leaf commits to, the upper levels of the tree, checkpoints, and the proofs that are kept.

All of them only grow, by trigger. The leaves themselves (`LogLeaf`) came first and stay as they are.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from credentialing.storage.base import Base
from credentialing.storage.cases import Position


class LogEntry(Base):
    """What one leaf of the issuance log commits to: the entry that is published (kind, zero byte, commitment), the certificate, the salted digest."""

    __tablename__ = "log_entry"

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    entry: Mapped[bytes]
    digest: Mapped[bytes]


class AuditLeaf(Base):
    """One leaf of the private log of audit events: the hash of the event at `event_position` of the trail, in the order in which events were sealed."""

    __tablename__ = "audit_leaf"

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    event_position: Mapped[int] = mapped_column(Position, unique=True)
    leaf: Mapped[bytes]


class LogNode(Base):
    """The root of one full tile: hash number `position` of level `level` (1 and above) of the log `log`."""

    __tablename__ = "log_node"

    log: Mapped[str] = mapped_column(String(12), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class LogCheckpoint(Base):
    """One checkpoint of a log, as it was signed; one for each size, for ever."""

    __tablename__ = "log_checkpoint"

    log: Mapped[str] = mapped_column(String(12), primary_key=True)
    size: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class LogProof(Base):
    """That the issuance leaf at `position` stands in the tree of the first checkpoint that covers it: the sibling hashes (32 bytes each), leaf upwards."""

    __tablename__ = "log_proof"

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(Position)
    hashes: Mapped[bytes]
