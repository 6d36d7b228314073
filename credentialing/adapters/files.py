"""Durable bytes: a folder of this machine, or any store that obstore speaks to (S3 and its relatives)."""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from obstore.exceptions import BaseError as StoreError
from obstore.store import ObjectStore, from_url

from credentialing.domain.errors import NotFoundError

# Lower case only, so that two keys never meet on a file system that ignores case; no segment begins with a dot, so none leads upwards.
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}(/[a-z0-9][a-z0-9._-]{0,127}){0,3}", re.ASCII)


def check_key(key: str) -> str:
    """The key itself when it is opaque and harmless: one to four segments of a-z 0-9 . _ - joined by slashes; ValueError otherwise."""
    if not _KEY.fullmatch(key):
        raise ValueError("not a storage key")
    return key


def _sharded(key: str) -> str:
    # 256 folders keep each one small; the shard comes from a digest because keys may share their beginning.
    return f"{hashlib.sha256(key.encode()).hexdigest()[:2]}/{key}"


class LocalFiles:
    """Files under one folder, in the layout of obstore's LocalStore, but through the operating system: that store never syncs to disk, and once it was
    used its threads are missing in every process forked afterwards, where it then hangs."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`: after a crash at any moment the old bytes or the new ones are there, whole; OSError when the disk refuses."""
        path = self._path(key)
        # 1: the folders, each entered durably into its parent.
        self._make_folder(path.parent)
        # 2: the bytes, synced under a name that no key can have (keys begin with a letter or digit).
        handle, temporary = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # 3: the name, atomically, and the folder that holds it.
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        _sync_folder(path.parent)

    def get(self, key: str) -> bytes:
        """The bytes under `key`; NotFoundError when there are none."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFoundError("no such file") from None

    def delete(self, key: str) -> None:
        """Forget `key`, durably; no error when it was never there."""
        path = self._path(key)
        try:
            path.unlink()
        except FileNotFoundError:
            return
        _sync_folder(path.parent)

    def _path(self, key: str) -> Path:
        return self._root / _sharded(check_key(key))

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        # Evidence is nobody else's business on this machine.
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_store(url: str) -> ObjectStore:
    """The object store behind `s3://bucket/prefix`, `gs://…` or `az://…`; how to sign in there stands in the environment, as its own tools expect it."""
    return from_url(url)


class ObstoreFiles:
    """Files in an object store, which is durable by contract once it has answered; OSError from each act when the store fails."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, replacing what was there."""
        name = _sharded(check_key(key))
        with _store_failure_as_oserror():
            self._store.put(name, data)

    def get(self, key: str) -> bytes:
        """The bytes under `key`; NotFoundError when there are none."""
        name = _sharded(check_key(key))
        try:
            with _store_failure_as_oserror():
                return bytes(self._store.get(name).bytes())
        except FileNotFoundError:
            raise NotFoundError("no such file") from None

    def delete(self, key: str) -> None:
        """Forget `key`; no error when it was never there."""
        name = _sharded(check_key(key))
        # Some stores report a missing object, others do not.
        with contextlib.suppress(FileNotFoundError), _store_failure_as_oserror():
            self._store.delete(name)


@contextlib.contextmanager
def _store_failure_as_oserror() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        # The store's own text holds addresses and object names: the kind of failure is enough.
        raise OSError(f"the object store failed: {type(error).__name__}") from None
