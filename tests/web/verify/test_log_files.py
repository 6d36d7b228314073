"""The public log over HTTP: what a monitor fetches, how long it may keep it, and that it adds up."""

import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient

from credentialing.app.verifier import create_verifier_app
from credentialing.certificate.proof import read_proof
from credentialing.crypto import merkle
from credentialing.crypto.checkpoint import verify_checkpoint
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.tiles import read_entries
from credentialing.services.office import Office
from tests.certified import World

pytestmark = pytest.mark.xdist_group("certified")


@pytest.fixture
def verifier(office: Office) -> FlaskClient:
    """The verifier's own process on the same installation."""
    app: Flask = create_verifier_app(office.settings)
    return app.test_client()


def test_a_monitor_computes_the_signed_root_from_tiles_and_from_entries(client: FlaskClient, verifier: FlaskClient, office: Office) -> None:
    for visitor in (client, verifier):
        note = visitor.get("/log/checkpoint")
        assert (note.headers["Content-Type"], note.headers["Cache-Control"]) == ("text/plain; charset=utf-8", "public, max-age=5")
        origin = f"{office.settings.verify_host}/log"
        there = verify_checkpoint(note.text, origin=origin, keys=office.keys.public_keys(Purpose.LOG).values()).checkpoint
        tile, bundle = (visitor.get(f"/log/tile/{level}/000.p/{there.size}") for level in ("0", "entries"))
        for answer in (tile, bundle):
            assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("application/octet-stream", "public, max-age=31536000, immutable")
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert "Set-Cookie" not in answer.headers
        leaves = [tile.data[at : at + 32] for at in range(0, len(tile.data), 32)]
        assert leaves == [merkle.leaf_hash(entry) for entry in read_entries(bundle.data)]
        assert (len(leaves), merkle.root(leaves)) == (there.size, there.root)


def test_an_unchanged_checkpoint_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get("/log/checkpoint").headers["ETag"]
    assert client.get("/log/checkpoint", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    ["0/000", "0/000.p/5", "0/001", "1/000.p/1", "entries/000", "entries/000.p/200", "0/000.p/04", "0/x000/000", "x", "0/../../checkpoint"],
)
def test_what_no_checkpoint_covers_or_is_no_address_is_not_there(verifier: FlaskClient, path: str) -> None:
    assert verifier.get("/log/tile/0/000.p/4").status_code == 200
    assert verifier.get(f"/log/tile/{path}").status_code == 404


def test_what_is_published_says_nothing_about_a_certificate_to_those_without_its_salt(client: FlaskClient, made: World) -> None:
    entries = read_entries(client.get("/log/tile/entries/000.p/4").data)
    assert [entry.partition(b"\0")[0] for entry in entries] == [b"intent", b"issuance"] * 2
    assert {len(entry.partition(b"\0")[2]) for entry in entries} == {32}
    proof = read_proof((made.trust / f"certificates/{made.degree.number}.proof.json").read_bytes())
    digest = bytes.fromhex(made.degree.sha256)
    assert entries[proof.index] == b"issuance\0" + hashlib.sha256(proof.salt + digest).digest()
    assert all(digest not in entry and hashlib.sha256(digest).digest() not in entry for entry in entries)
