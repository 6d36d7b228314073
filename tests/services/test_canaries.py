"""A stolen disk holds nothing personal: after whole cases, every byte that was written is searched for what people entrusted to us."""

import base64
import gzip
import zlib
from pathlib import Path

import pytest
import sqlalchemy as sa

from credentialing.adapters.doubles import MemoryJobs
from credentialing.domain.people import Actor, Role
from credentialing.services import applying, assessing, declaring, evidence, looking, signing_in, waiving
from credentialing.services.demonstration import Applicant
from tests.services.canaries import files_under, forms, hits
from tests.services.certified import branch
from tests.services.stage import World

CANARIES = {
    "name": "Kanaríel Zorzaleño",
    "surname": "Quiriquire Ñáñez",
    "document": "VKN90871234",
    "city": "Ciudad Canaria del Ávila",
    "address": "kanariel.zorzal@correo.example",
    "phone": "+573119087654",
    "degree": "Ornitóloga de la Canariera",
    "institution": "Universidad de los Canarios Cantores",
    "staff name": "Evaristo Pajarero Quinal",
    "question": "¿Quién cantó el canario número siete?",
    "answer": "Lo cantó mi tía Petronila Guacamaya.",
    "other way": "El archivo de partituras se inundó con la crecida del Guaire.",
    "declaration": "Fuimos vecinas en La Pastora, nada más que eso.",
    "reason": "El canto del jilguero coincide con el registro.",
    "grounds": "No hay diferencia entre canario y turpial.",
    "title": "Canaricultura Mayor",
    "file name": "mi-cedula-kanariel-vkn.png",
}
FILE = b"\x89PNG\r\n" + bytes(range(200, 256)) + b"the picture of an identity paper of Kanariel"


def secrets() -> dict[str, bytes]:
    return {name: text.encode() for name, text in CANARIES.items()} | {"file": FILE, "middle of the file": FILE[10:50]}


@pytest.mark.parametrize("name", sorted(secrets()))
def test_the_search_finds_what_is_there_in_whatever_form(name: str) -> None:
    secret = secrets()[name]
    wrapped = {
        "raw": b"xx" + secret + b"yy", "hex": b"q" + secret.hex().encode(), "zlib": b"r" + zlib.compress(b"before" + secret + b"after"),
        "gzip": b"s" + gzip.compress(secret + b"long after"), **{f"base64 {n}": base64.b64encode(b"a" * n + secret + b"zzz") for n in range(3)},
        **{form: b"t" + value for form, value in forms(secret).items()},
    }  # fmt: skip
    missed = [form for form, data in wrapped.items() if not any(found == name for _, found, _ in hits({"here": data}, {name: secret}))]
    assert missed == []
    assert hits({"here": b"nothing of the kind" * 99}, {name: secret}) == []


def person(paper: str) -> Applicant:
    answers = {
        "given_names": CANARIES["name"], "family_names": CANARIES["surname"], "identity_document_type": "ppt", "birth_date": "1991-05-17",
        "identity_document_number": CANARIES["document"], "city": CANARIES["city"], "phone": CANARIES["phone"], "email": CANARIES["address"],
        "degree_name": CANARIES["degree"], "institution": CANARIES["institution"], "institution_city": CANARIES["city"], "graduation_year": "2014",
        "study_level": "undergraduate", "field_of_study": "engineering", "purpose": "employment",
    }  # fmt: skip
    kinds = ("identity", "diploma", "transcript", "apostille", "payment_receipt")
    return Applicant(CANARIES["phone"], answers, {kind: ((accepted, paper),) for kind, accepted in zip(kinds, ("ppt", *kinds[1:]), strict=True)})


def walk(world: World, samples: Path) -> str:
    """A whole case with canaries in everything that anybody can write; the id."""
    office, officer = world.office, world.staff[Role.INTAKE_OFFICER]
    contact = signing_in.Contact(CANARIES["phone"], "sms")
    signing_in.send_code(office, contact=contact, language="es", source="10.9.8.7")
    case_id = world.story.walk(person(CANARIES["file name"]), "co-degree-convalidacion", until="completeness_check", days=0)
    question = assessing.draft_question(office, actor=officer, case_id=case_id, about="identity", text=CANARIES["question"])
    world.move(officer, case_id, "ask_once")
    assessing.answer_question(office, actor=world.owner(case_id), case_id=case_id, question_id=question, text=CANARIES["answer"])
    extra = evidence.add_evidence(
        office, actor=world.owner(case_id), case_id=case_id, kind="identity", accepted_as="ppt", file_name=CANARIES["file name"], data=FILE
    )
    evidence.remove_evidence(office, actor=world.owner(case_id), case_id=case_id, evidence_id=extra)
    owner = world.owner(case_id)
    waiving.ask_other_way(office, actor=owner, case_id=case_id, kind="transcript", way="named_referee", text=CANARIES["other way"])
    world.move(owner, case_id, "answer")
    finish(world, case_id, samples)
    return case_id


def finish(world: World, case_id: str, samples: Path) -> None:
    office, owner = world.office, world.owner(case_id)
    for subject in ("identity_confirmed:confirmed", "papers_readable:readable", "legalisation_seen:apostilled", "waiver_transcript:granted"):
        find(world, Role.INTAKE_OFFICER, case_id, subject)
    world.move(world.staff[Role.INTAKE_OFFICER], case_id, "accept")
    receipt = (samples / CANARIES["file name"]).read_bytes()
    evidence.add_evidence(office, actor=owner, case_id=case_id, kind="payment_receipt", accepted_as=None, file_name=CANARIES["file name"], data=receipt)
    world.move(owner, case_id, "pay")
    find(world, Role.INTAKE_OFFICER, case_id, "receipt_matches:paid")
    world.move(world.staff[Role.INTAKE_OFFICER], case_id, "confirm_payment")
    for role in (Role.ASSESSOR, Role.DECISION_MAKER):
        declaring.declare(office, actor=world.staff[role], case_id=case_id, value="none", text=CANARIES["declaration"])
    for subject in (
        "knowledge_shown:not_needed",
        "precedent_searched:none_found",
        "E1:recognised",
        "E2:plausible",
        "E3:employment_unregulated",
        "E4:comparable",
    ):
        find(world, Role.ASSESSOR, case_id, subject)
    for subject in ("E5:comparable", "E6:assured", "E7:comparable", "E8:comparable", "E9:no_difference"):
        find(world, Role.ASSESSOR, case_id, subject)
    world.move(world.staff[Role.ASSESSOR], case_id, "choose_route", route="academic")
    world.move(world.staff[Role.ASSESSOR], case_id, "propose", outcome="full", grounds=CANARIES["grounds"])
    world.move(world.staff[Role.DECISION_MAKER], case_id, "grant", recognised_as=CANARIES["title"])
    world.move(world.staff[Role.REGISTRAR], case_id, "issue")


def find(world: World, role: Role, case_id: str, subject: str) -> None:
    name, _, value = subject.partition(":")
    assessing.record_finding(world.office, actor=world.staff[role], case_id=case_id, subject=name, value=value, reason=CANARIES["reason"])


def database_files(world: World) -> dict[str, bytes]:
    """Every byte of the database and its journals: the files beside it, or the folder of the server when it runs here, and in any case every value."""
    with world.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        rows = {f"table {name}": repr(connection.execute(sa.text(f'SELECT * FROM "{name}"')).all()).encode() for name in names}
        values = {
            f"values of {name}": b"\0".join(value if isinstance(value, bytes) else str(value).encode() for row in found for value in row)
            for name in names
            if (found := connection.execute(sa.text(f'SELECT * FROM "{name}"')).all())
        }
        if connection.dialect.name == "sqlite":
            path = Path(str(world.engine.url.database))
            return rows | values | {part.name: part.read_bytes() for part in path.parent.glob(f"{path.name}*")}
        folder = Path(str(connection.execute(sa.text("SHOW data_directory")).scalar()))
        number = connection.execute(sa.text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar()
    return rows | values | files_under(*(part for part in (folder / "base" / str(number), folder / "pg_wal") if part.is_dir()))


def test_a_whole_case_leaves_nothing_personal_in_any_byte_that_is_kept(world: World, tmp_path: Path) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / CANARIES["file name"]).write_bytes(FILE)
    world.story._samples = samples
    instance = world.office.settings.instance
    with world.office.transaction() as session:  # a member of staff with a name of their own
        row = session.get_one(looking.Person, world.staff[Role.ASSESSOR].person_id)
        profile = looking.vault.Profile(CANARIES["staff name"], "evaluacion@puente.example", "email")
        row.sealed_profile = looking.vault.seal_profile(world.office, looking.vault.person_key(world.office, row), row.id, profile)
    url = world.engine.url.render_as_string(hide_password=False)
    with branch(world.office, url, instance / "files") as (office, _):
        world.office = office
        world.story._office = office
        case_id = walk(world, samples)
        assert isinstance(office.jobs, MemoryJobs)
        jobs = repr(office.jobs.waiting).encode()
        world.run_jobs()
        seen = looking.desk_case(office, actor=world.staff[Role.REGISTRAR], case_id=case_id)
        places = database_files(world) | files_under(instance, without=instance / "keys") | {"jobs": jobs + repr(office.jobs.done).encode()}
    shown = repr((seen.answers, seen.questions, seen.findings, seen.texts, seen.papers, seen.other_ways))
    assert [
        name for name, text in CANARIES.items() if text not in shown and name not in ("staff name", "declaration")
    ] == []  # they are there, for those who may see them
    assert (seen.state, seen.certificate is not None) == ("certified", True)
    assert sum(map(len, places.values())) > 500_000
    assert any("/certificates/" in place for place in places)
    assert hits(places, secrets()) == []


def test_a_removed_paper_is_gone_from_every_byte_even_for_its_owners_key(world: World) -> None:
    case_id = world.degree("draft")
    owner = world.owner(case_id)
    applying.give_consent(world.office, actor=owner, case_id=case_id, consents=frozenset({"processing"}))
    paper = evidence.add_evidence(world.office, actor=owner, case_id=case_id, kind="identity", accepted_as=None, file_name="x.png", data=FILE)
    kept = {key: world.files.get(key) for key in world.files.keys()}  # noqa: SIM118 - a store, not a dict
    evidence.remove_evidence(world.office, actor=owner, case_id=case_id, evidence_id=paper)
    world.run_jobs()
    assert len(kept) == 2
    assert world.files.keys() == ()
    assert isinstance(owner, Actor)
    sealed = {f"piece {number}": data[44:80] for number, data in enumerate(kept.values())}
    assert hits(database_files(world), sealed) == []
