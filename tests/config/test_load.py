"""Settings are judged whole at start."""

import re
from pathlib import Path

import pytest

from credentialing.config import SECRETS, Settings, load_settings
from credentialing.config.load import _DEFAULTS, _READERS
from credentialing.domain.errors import MisconfiguredError
from tests.house.sources import ROOT

LAWFUL = """
base_url = "https://recognition.ministry.gov.co"
issuer_host = "certificates.ministry.gov.co"
messages = "gateways"
smtp_host = "mail.ministry.gov.co"
smtp_sender = "recognition@ministry.gov.co"
[authority]
es = "Ministerio"
en = "Ministry"
pt = "Ministério"
"""


def written(instance: Path, text: str) -> Path:
    """An instance folder with these settings."""
    file = instance / "config.toml"
    file.write_text(text)
    file.chmod(0o640)
    return instance


def problems(instance: Path, **environ: str) -> tuple[str, ...]:
    """What is wrong with an installation."""
    with pytest.raises(MisconfiguredError) as caught:
        load_settings(instance, {f"CREDENTIALING_{name}": value for name, value in environ.items()})
    return caught.value.problems


def test_without_a_file_the_installation_is_a_demonstration_on_this_machine(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings.demonstration
    assert (settings.bind, settings.port, settings.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert settings.database_url == f"sqlite:///{tmp_path / 'credentialing.sqlite3'}"
    assert settings.verifier_database_url == settings.database_url
    assert settings.verify_host == settings.issuer_host == "puente.example"


def test_with_a_lawful_file_the_installation_is_no_demonstration(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, LAWFUL), {})
    assert not settings.demonstration
    assert settings.authority["pt"] == "Ministério"
    assert settings.trusted_hosts == ("recognition.ministry.gov.co", "certificates.ministry.gov.co")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environ = {"CREDENTIALING_THREADS": "3", "CREDENTIALING_LANGUAGES": "pt,es", "CREDENTIALING_AUTHORITY_ES": "Instituto", "HOME": "/"}
    settings = load_settings(written(tmp_path, f"threads = 5\n{LAWFUL}"), environ)
    assert (settings.threads, settings.languages, settings.authority["es"]) == (3, ("pt", "es"), "Instituto")


def test_an_empty_file_names_everything_that_real_work_needs(tmp_path: Path) -> None:
    found = " ".join(problems(written(tmp_path, "")))
    for name in ("base_url", "issuer_host", "verify_host", "authority", "messages"):
        assert f"“{name}”" in found


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("port = 0", "“port” must be a whole number"),
        ("port = true", "“port” must be a whole number"),
        ("demonstration = 1", "“demonstration” must be true or false"),
        ('brand = " "', "“brand” must be text"),
        ('languages = ["es", "es"]', "“languages” must be a list of different language codes"),
        ('issuer_host = "10.0.0.7"', "“issuer_host” must be a host name"),
        ('issuer_host = "https://a.gov.co"', "“issuer_host” must be a host name"),
        ('trusted_hosts = ["*"]', "“trusted_hosts” must be a host name"),
        ('base_url = "https://a.gov.co/app"', "“base_url” must look like"),
        ('quick_exit_url = "javascript:alert(1)"', "“quick_exit_url” must be an https"),
        ('bind = "everywhere"', "“bind” must be an IP address"),
        ('worker = "thread"', "“worker” must be one of: embedded, separate"),
        ('database_url = "mysql://a/b"', "“database_url” must begin with"),
        ('database_url = "sqlite://"', "“database_url” must name a file"),
        ('database_url = "postgresql://a:b@c/d"', "“database_url” must not hold the password"),
        ('database_url = "postgresql://a@c/d?password=b"', "“database_url” must not hold the password"),
        ("prot = 80", "Did you mean “port”?"),
        ('smtp_password = "x"', "a secret is a file of its own"),
        ("port = ", "cannot be read"),
        ('base_url = "http://recognition.gov.co"', "must begin with https://"),
        ('messages = "demonstration"', "“messages” must name a real gateway"),
        ('issuer_host = "puente.example"', "“issuer_host” must hold a public host name"),
        ('verify_host = "localhost"', "“verify_host” must hold a public host name"),
        ('smtp_host = ""', "“smtp_host” or “sms_url” must be set"),
        ('sms_url = "http://sms.gov.co"', "“sms_url” must be an https"),
        ('smtp_security = "none"', "“smtp_security” may only be none"),
        ('smtp_sender = "us"', "“smtp_sender” must be an e-mail address"),
        ('languages = ["es", "ht"]', "no name for the language ht"),
    ],
)
def test_an_unknown_unreadable_or_unsafe_setting_is_refused_with_a_sentence(tmp_path: Path, setting: str, sentence: str) -> None:
    name = setting.partition(" ")[0]
    others = "".join(f"{line}\n" for line in LAWFUL.splitlines() if not line.startswith(f"{name} "))
    assert sentence in " ".join(problems(written(tmp_path, f"{setting}\n{others}")))


def test_only_the_one_fault_is_reported(tmp_path: Path) -> None:
    assert len(problems(written(tmp_path, LAWFUL), BASE_URL="http://recognition.gov.co")) == 1


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, PORT="x", BIND="0.0.0.0", PROT="1")
    assert len(found) == 3


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.4", "::"])
def test_a_demonstration_listens_on_this_machine_only(tmp_path: Path, address: str) -> None:
    assert "may only listen on this machine" in problems(tmp_path, BIND=address)[0]


def test_a_demonstration_s_authority_signs_nothing_real(tmp_path: Path) -> None:
    found = problems(written(tmp_path, LAWFUL.replace('"Ministry"', '"Demonstration authority"')))
    assert found == ("“authority” still has the demonstration's name for the language en: certificates would carry it.",)


@pytest.mark.parametrize(("mode", "safe"), [(0o600, True), (0o640, True), (0o644, False), (0o660, False)])
def test_the_settings_file_is_closed_to_strangers(tmp_path: Path, mode: int, safe: bool) -> None:
    (written(tmp_path, LAWFUL) / "config.toml").chmod(mode)
    if safe:
        assert load_settings(tmp_path, {}).instance == tmp_path
    else:
        assert "chmod 640" in problems(tmp_path)[0]


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "sentence"),
    [(0o750, 0o600, "folder of keys"), (0o700, 0o640, "keys/seal.pem"), (0o700, 0o604, "keys/seal.pem")],
)
def test_a_key_that_others_can_open_stops_the_start(tmp_path: Path, folder_mode: int, file_mode: int, sentence: str) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    (keys / "seal.pem").write_text("key")
    (keys / "seal.pem").chmod(file_mode)
    keys.chmod(folder_mode)
    (found,) = problems(tmp_path)
    assert sentence in found


def test_the_database_password_comes_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    secret = tmp_path / "keys" / "database_password"
    secret.write_text("p@ss/word\n")
    secret.chmod(0o600)
    settings = load_settings(tmp_path, {"CREDENTIALING_DATABASE_URL": "postgresql://clerk@db.internal/cases"})
    assert settings.database_url == "postgresql+psycopg://clerk:p%40ss%2Fword@db.internal/cases"
    assert settings.secret("database_password") == "p@ss/word"
    assert "p%40ss" not in repr(settings)


@pytest.mark.parametrize(("name", "value", "secret"), [("SMTP_USER", "clerk", "smtp_password"), ("SMS_URL", "https://sms.gov.co/send", "sms_token")])
def test_a_setting_that_needs_a_secret_says_so_at_the_start(tmp_path: Path, name: str, value: str, secret: str) -> None:
    (found,) = problems(tmp_path, **{name: value})
    assert f"keys/{secret} must be there" in found


def test_a_missing_secret_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError, match="keys/smtp_password is missing"):
        load_settings(tmp_path, {}).secret("smtp_password")


def test_a_relative_database_file_lies_in_the_instance_folder(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {"CREDENTIALING_DATABASE_URL": "sqlite:///cases.db"}).database_url == f"sqlite:///{tmp_path / 'cases.db'}"


def test_every_setting_and_secret_is_explained_to_the_operator() -> None:
    page = (ROOT / "instance" / "README.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(Settings.__dataclass_fields__) - {"instance"}
    assert set(re.findall(r"^\| `keys/(\w+)` \|", page, re.MULTILINE)) == set(SECRETS)


def test_every_setting_has_a_reader_and_all_but_the_derived_have_a_default() -> None:
    assert set(_READERS) == set(Settings.__dataclass_fields__) - {"instance"}
    assert set(_READERS) - set(_DEFAULTS) == {"demonstration", "verify_host"}


@pytest.mark.parametrize("colour", ['teal = "red"', 'teal = "#12345g"', 'ink = "#000000"', 'teal = "#fff}body{"'])
def test_a_colour_that_could_be_more_than_a_colour_is_refused(tmp_path: Path, colour: str) -> None:
    assert any("#RRGGBB" in problem for problem in problems(written(tmp_path, f"{LAWFUL}[colours]\n{colour}\n")))


@pytest.mark.parametrize("name", ["../arms.svg", "arms.png", "/etc/passwd", ".svg"])
def test_an_emblem_is_the_plain_name_of_a_drawing(tmp_path: Path, name: str) -> None:
    assert any("SVG" in problem for problem in problems(written(tmp_path, f'emblem = "{name}"\n{LAWFUL}')))


def test_an_emblem_that_is_not_there_is_said_at_the_start(tmp_path: Path) -> None:
    assert any("arms.svg" in problem for problem in problems(written(tmp_path, f'emblem = "arms.svg"\n{LAWFUL}')))


@pytest.mark.parametrize("address", ["file:///tmp", "s3://user:word@evidence", "https://elsewhere", "s3://"])
def test_the_store_of_files_is_a_bucket_without_a_password(tmp_path: Path, address: str) -> None:
    assert any("files_url" in problem and "bucket" in problem for problem in problems(written(tmp_path, f'files_url = "{address}"\n{LAWFUL}')))


@pytest.mark.parametrize("name", ["../roots.pem", "roots.crt", "/etc/ssl/roots.pem", ".pem"])
def test_the_roots_of_time_stamp_authorities_are_the_plain_name_of_a_pem_file(tmp_path: Path, name: str) -> None:
    assert any("PEM" in problem for problem in problems(written(tmp_path, f'timestamp_roots = "{name}"\n{LAWFUL}')))


@pytest.mark.parametrize("address", ["ftp://time.example", "https://user:word@time.example/tsa", "time.example", "https://"])
def test_the_address_of_a_time_stamp_authority_is_one_of_the_web_without_a_password(tmp_path: Path, address: str) -> None:
    assert any("password" in problem for problem in problems(written(tmp_path, f'timestamp_url = "{address}"\n{LAWFUL}')))


def test_who_asks_for_the_time_says_whom_to_believe(tmp_path: Path) -> None:
    asking = 'timestamp_url = "http://time.example/tsa"\n'
    assert any("must name the PEM file" in problem for problem in problems(written(tmp_path, asking + LAWFUL)))
    asking += 'timestamp_roots = "roots.pem"\n'
    assert any("holds no certificate" in problem for problem in problems(written(tmp_path, asking + LAWFUL)))
    (tmp_path / "roots.pem").write_text("nothing")
    assert any("holds no certificate" in problem for problem in problems(written(tmp_path, asking + LAWFUL)))
    (tmp_path / "roots.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    assert load_settings(written(tmp_path, asking + LAWFUL), {}).timestamp_roots_file == tmp_path / "roots.pem"
