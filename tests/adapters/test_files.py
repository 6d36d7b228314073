"""Both real stores and the double keep the same promises."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from obstore.store import LocalStore, S3Store

from credentialing.adapters.doubles import MemoryFiles
from credentialing.adapters.files import LocalFiles, ObstoreFiles, open_store
from credentialing.domain.errors import NotFoundError
from credentialing.domain.ports import Files

KINDS: dict[str, Callable[[Path], Files]] = {
    "local": LocalFiles,
    "obstore": lambda root: ObstoreFiles(LocalStore(root, mkdir=True)),
    "memory": lambda root: MemoryFiles(),
}


@pytest.fixture(params=sorted(KINDS))
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return KINDS[request.param](tmp_path / "kept")


def test_what_was_put_is_read_back(files: Files) -> None:
    files.put("evidence/0a1b2c3d", b"\x00paper\xff")
    assert files.get("evidence/0a1b2c3d") == b"\x00paper\xff"


def test_the_same_key_again_replaces(files: Files) -> None:
    files.put("a" * 32, b"first, which is longer")
    files.put("a" * 32, b"second")
    assert files.get("a" * 32) == b"second"


def test_an_empty_file_is_a_file(files: Files) -> None:
    files.put("empty", b"")
    assert files.get("empty") == b""


def test_an_unknown_key_is_not_found(files: Files) -> None:
    with pytest.raises(NotFoundError):
        files.get("0123456789abcdef")


def test_a_deleted_file_is_not_found_and_deleting_again_is_no_error(files: Files) -> None:
    files.put("gone", b"x")
    files.delete("gone")
    files.delete("gone")
    with pytest.raises(NotFoundError):
        files.get("gone")


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../up", "a/../b", "a//b", "a/", ".hidden", "a/.b", "A", "ñ", "a b", "a\\b", "a\x00b", "a\n", "x" * 129, "a/b/c/d/e", "C:a"]
)
def test_a_key_that_could_lead_elsewhere_is_refused_by_every_act(files: Files, key: str) -> None:
    for act in (lambda: files.put(key, b"x"), lambda: files.get(key), lambda: files.delete(key)):
        with pytest.raises(ValueError, match="not a storage key"):
            act()


def test_local_files_and_obstore_share_one_layout(tmp_path: Path) -> None:
    LocalFiles(tmp_path).put("evidence/0a1b", b"paper")
    assert ObstoreFiles(LocalStore(tmp_path)).get("evidence/0a1b") == b"paper"


def test_local_files_and_their_folders_are_closed_to_other_people(tmp_path: Path) -> None:
    root = tmp_path / "kept"
    LocalFiles(root).put("evidence/0a1b", b"paper")
    modes = {path.stat().st_mode & 0o077 for path in [root, *root.rglob("*")]}
    assert modes == {0}


def test_a_local_put_syncs_file_and_folder_and_leaves_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def watch(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        real(handle)

    monkeypatch.setattr(os, "fsync", watch)
    LocalFiles(tmp_path).put("evidence/0a1b", b"paper")
    [file] = [path for path in tmp_path.rglob("*") if path.is_file()]
    # Every folder on the way was entered durably, the bytes were synced before they had their name, their folder after.
    assert synced[:2] == [str(tmp_path), str(file.parent.parent)]
    assert Path(synced[2]).name.startswith(".new-")
    assert synced[3] == str(file.parent)


def test_a_local_put_that_fails_leaves_the_old_bytes_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = LocalFiles(tmp_path)
    files.put("a", b"old")

    def full(handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        files.put("a", b"new")
    assert files.get("a") == b"old"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_store_that_fails_is_an_oserror_without_its_secrets(tmp_path: Path) -> None:
    class Failing:
        def get(self, name: str) -> bytes:
            from obstore.exceptions import GenericError

            raise GenericError(f"https://bucket.example/{name}?signature=secret")

    with pytest.raises(OSError, match=r"^the object store failed: GenericError$"):
        ObstoreFiles(Failing()).get("a")  # type: ignore[arg-type]


def test_a_process_forked_after_the_first_use_can_still_read(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path)
    files.put("evidence/0a1b", b"paper")
    assert files.get("evidence/0a1b") == b"paper"
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        os._exit(0 if files.get("evidence/0a1b") == b"paper" else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_the_address_of_a_bucket_opens_a_store() -> None:
    assert isinstance(open_store("s3://evidence/puente"), S3Store)
