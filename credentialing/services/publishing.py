"""Publishing the transparency log as static files (C2SP tlog-tiles): the checkpoint, tiles and entries that any web server can hand out and anyone mirror."""

from sqlalchemy.orm import Session

from credentialing.adapters.public import PublicFolder
from credentialing.crypto import tiles
from credentialing.crypto.checkpoint import parse_checkpoint, parse_note
from credentialing.crypto.tiles import Tile
from credentialing.domain.errors import BrokenSealError, NotFoundError
from credentialing.services import transparency, tree
from credentialing.services.office import Office, Register
from credentialing.services.tree import Log

CHECKPOINT = "checkpoint"


def public_folder(register: Register) -> PublicFolder:
    """Where the files of the log lie in the instance."""
    return PublicFolder(register.settings.instance / "log")


def publish(office: Office) -> None:
    """Sign what was appended since the last checkpoint, then bring the files up to date. Again does nothing; after a crash it goes on where it stopped."""
    if transparency.checkpoint(office) is not None:
        folder = public_folder(office)
        with folder.alone():
            write_files(office, folder)


def write_files(register: Register, folder: PublicFolder) -> int:
    """Bring the files in `folder` up to the last checkpoint in the database, tiles first, and give its size; 0 before the first.
    Files that are ahead of the database stay as they are: what was published is not taken back."""
    with register.reading() as session:
        last = tree.latest(session, Log.ISSUANCE)
        if last is None:
            return 0
        there = size_in(folder)
        if there < last.size:
            for tile in tiles.tiles_between(there, last.size):
                _write(session, folder, tile)
            folder.put(CHECKPOINT, last.note.encode())
        return last.size


def size_in(folder: PublicFolder) -> int:
    """The size that the checkpoint in `folder` speaks of; 0 when there is none that can be read."""
    note = folder.get(CHECKPOINT)
    try:
        return parse_checkpoint(parse_note(note.decode()).text).size if note else 0
    except (BrokenSealError, UnicodeDecodeError):
        return 0


def _write(session: Session, folder: PublicFolder, tile: Tile) -> None:
    try:
        folder.put(tile.path, tree.tile_bytes(session, tile))
    except NotFoundError:
        if tile.level is not None:  # entries that are not known any more are not published; the tree is whole without them
            raise
    if tile.is_full:
        folder.drop_folder(f"{tile.path}.p")  # allowed once the full tile is there (C2SP tlog-tiles, "Partial Tiles")
