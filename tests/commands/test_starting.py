"""Starting, in a new folder and where something stands in the way; copies; the demonstration; the doctor."""

import os
import signal
import socket
import subprocess
import sys
import threading
import tomllib
import urllib.request
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from rules.assess import assess
from rules.model import Level, Status, Urgency
from screening import create_app, demo, doctor
from screening.clinic_file import first_text
from screening.commands import serving
from screening.hosts import is_loopback
from screening.records import appointments, interrupts, responses, staff, submissions
from screening.records.audit import Actor
from screening.serve import CannotStart, first_code, gunicorn_options, open_house
from screening.settings import Clinic, Settings, load
from tests.post_office import PostOffice

from .conftest import TODAY

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path):
    return load({}, data=tmp_path / "instance")


@pytest.fixture
def house(settings):
    house = open_house(settings, NOW)
    yield house
    house.close()


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


# --- the first start ---------------------------------------------------------------------------


def test_the_first_start_makes_a_private_folder_with_key_settings_and_database(settings, house):
    assert 0o700 == mode(settings.data)
    assert 0o600 == mode(settings.keys)
    assert 0o600 == mode(settings.data / "clinic.toml")
    assert 0o600 == mode(settings.data / "screening.db")
    assert b"SQLite" not in (settings.data / "screening.db").read_bytes()[:16]


def test_a_second_start_keeps_the_key_and_what_the_clinic_wrote(settings, house):
    key = settings.keys.read_text(encoding="ascii")
    (settings.data / "clinic.toml").write_text('name = "Our clinic"\n', encoding="utf-8")

    open_house(load({}, data=settings.data), NOW).close()

    assert key == settings.keys.read_text(encoding="ascii")
    assert "Our clinic" == load({}, data=settings.data).clinic.name


def test_the_settings_are_written_with_their_defaults_and_none_in_force():
    assert {} == tomllib.loads(first_text())


def test_every_setting_can_be_set_in_the_file(tmp_path):
    written = [line for line in first_text().splitlines() if " = " in line]
    (tmp_path / "clinic.toml").write_text("\n".join(line[2:] for line in written), encoding="utf-8")

    assert load({}, data=tmp_path) == replace(load({}, data=tmp_path / "other"), data=tmp_path)
    in_no_file = {"data", "demo", "clinic", "given", "logo"}
    fields = {*Settings.__dataclass_fields__, *Clinic.__dataclass_fields__} - in_no_file
    assert fields == {line[2:].partition(" = ")[0] for line in written}


def test_nobody_can_sign_in_before_a_one_time_code_makes_the_first_administrator(house):
    code = first_code(house, NOW)
    with house.sessions() as session:
        made = staff.redeem_code(session, code, "Demo Person", "demo", "four plain words together", NOW)

    assert staff.Role.ADMINISTRATOR is made.role
    assert first_code(house, NOW) is None


# --- what stands in the way --------------------------------------------------------------------


def refused(settings) -> str:
    with pytest.raises(CannotStart) as told:
        open_house(settings, NOW)
    [sentence] = str(told.value).splitlines()
    return sentence


def test_without_an_emergency_number_nothing_starts_and_nothing_is_made(settings):
    bad = replace(settings, clinic=replace(settings.clinic, emergency_number=" "))

    assert "emergency_number" in refused(bad)
    assert not settings.data.exists()


def test_answers_never_travel_in_the_clear(settings):
    assert "https" in refused(replace(settings, host="0.0.0.0"))  # noqa: S104  # refused, which is the point


def test_behind_tls_any_address_may_be_listened_on(settings):
    open_house(replace(settings, host="0.0.0.0", base_url="https://clinic.example"), NOW).close()  # noqa: S104  # not opened here


@pytest.mark.parametrize(
    ("host", "security", "told"),
    [("mail.example", "none", "a mail server on this machine"), ("", "ssl", "not to ssl")],
)
def test_e_mail_never_travels_in_the_clear_to_another_machine(settings, host, security, told):
    assert told in refused(replace(settings, smtp_host=host, smtp_security=security))


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False),
     ("10.0.0.2", False), ("clinic.example", False)],
)  # fmt: skip
def test_an_address_is_this_machines_own_or_not(host, expected):
    assert expected == is_loopback(host)


def test_a_key_that_others_can_read_is_refused(settings, house):
    settings.keys.chmod(0o644)

    assert "can be read by others" in refused(settings)


def test_a_wrong_key_is_refused(settings, house):
    settings.keys.write_text("0123456789abcdef" * 4, encoding="ascii")

    assert "does not open" in refused(settings)


def test_a_lost_key_is_not_replaced_by_a_new_one(settings, house):
    settings.keys.unlink()

    assert "Put the key back" in refused(settings)
    assert not settings.keys.exists()


def test_an_edition_that_is_not_installed_is_refused(settings):
    assert "there is no 1999" in refused(replace(settings, edition="1999"))


def test_a_folder_that_cannot_be_made_is_told(settings, tmp_path):
    (tmp_path / "file").touch()

    assert "cannot be used" in refused(replace(settings, data=tmp_path / "file" / "instance"))


def test_no_address_is_logged_and_each_worker_opens_its_own_database(settings):
    options = gunicorn_options(settings)

    assert options["accesslog"] is None
    assert options["preload_app"] is False
    assert "[::1]:8000" == gunicorn_options(replace(settings, host="::1"))["bind"]


def test_a_setting_that_cannot_be_used_is_told_in_one_line(run, monkeypatch):
    monkeypatch.setenv("SCREENING_PORT", "many")

    for command in ("serve", "doctor", "backup copy.db"):
        told = run(*command.split())
        assert (1, 1) == (told.exit_code, len(told.stderr.splitlines()))


# --- the demonstration -------------------------------------------------------------------------


def assessed(edition):
    return [
        assess(edition, demo.answered(edition, number, patient, TODAY), TODAY)
        for number, patient in enumerate(demo.PATIENTS, start=1)
    ]


def test_the_invented_patients_show_every_outcome_and_urgency(edition):
    found = assessed(edition)

    assert 20 == len(found)
    assert set(Level) - {Level.INFORMATION} == {assessment.outcome for assessment in found}
    assert {None, *Urgency} == {assessment.urgency for assessment in found}


def test_the_invented_patients_leave_nothing_open_but_what_they_are_unsure_of(edition):
    asks = Counter(
        number
        for number, assessment in enumerate(assessed(edition), start=1)
        for flag in assessment.flags
        if flag.status is Status.ASK
    )

    unsure = {n for n, p in enumerate(demo.PATIENTS, start=1) if "unsure" in p.answers.values()}
    assert unsure == set(asks)


def test_a_demonstration_has_twenty_patients_and_one_of_each_staff(settings):
    demo.make_folder(settings.data)
    house = open_house(settings, NOW)

    lines = demo.fill_house(house, settings, NOW)

    with house.sessions() as session:
        handed_in = submissions.listing(session, Actor("system", "test"), NOW)
        assert {f"Demo Patient {n}" for n in range(1, 21)} == {listed.person.name for listed in handed_in}
        assert sorted(staff.Role) == sorted(person.role for person in staff.everyone(session))
        password = next(line.split()[-1] for line in lines if "practitioner" in line)
        assert staff.verify_password(session, "practitioner", password) is not None
        whole = (NOW - timedelta(days=1), NOW + timedelta(days=1))
        booked = appointments.of_day(session, Actor("system", "test"), *whole, NOW)
        assert len(booked) == 18
        assert {item.response_id is None for item in booked} == {True, False}
    house.close()


def test_a_demonstration_throws_away_an_earlier_one_and_nothing_else(tmp_path):
    demo.make_folder(tmp_path / "demo")
    (tmp_path / "demo" / "screening.db").touch()
    demo.make_folder(tmp_path / "demo")
    assert not (tmp_path / "demo" / "screening.db").exists()

    (tmp_path / "clinic").mkdir()
    with pytest.raises(demo.NotADemo):
        demo.make_folder(tmp_path / "clinic")
    assert (tmp_path / "clinic").exists()


# --- copies ------------------------------------------------------------------------------------


def test_a_backup_can_be_put_in_place_of_a_database_that_was_moved_away(run, settings, house, tmp_path):
    assert "found whole" in run("backup", "copy.db").stdout

    (settings.data / "screening.db").rename(tmp_path / "old.db")
    for left in settings.data.glob("screening.db-*"):
        left.unlink()
    assert "found whole" in run("restore", "copy.db").stdout
    open_house(settings, NOW).close()


def test_neither_a_backup_nor_a_restore_replaces_anything(run, settings, house):
    run("backup", "copy.db")

    for words in (("backup", "copy.db"), ("restore", "copy.db")):
        told = run(*words)
        assert 1 == told.exit_code
        assert "exists already" in told.stderr


def test_there_is_nothing_to_copy_before_the_first_start(run):
    assert "no database" in run("backup", "copy.db").stderr


def test_a_file_that_is_no_backup_is_not_put_in_place(run, settings, house, tmp_path):
    (tmp_path / "other.db").write_bytes(b"not a database" * 1000)
    (settings.data / "screening.db").rename(tmp_path / "old.db")

    told = run("restore", "other.db")

    assert 1 == told.exit_code
    assert not (settings.data / "screening.db").exists()


# --- the doctor --------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_doctor_finds_nothing_wrong_with_a_clinic_that_is_set_up(run, settings, house):
    written = 'name = "Our clinic"\nphone = "555 0100"\n'
    (settings.data / "clinic.toml").write_text(written, encoding="utf-8")

    told = run("doctor")

    assert [] == [line for line in told.stdout.splitlines() if line.startswith("wrong")]
    assert 0 == told.exit_code
    for expected in (
        "journal_mode wal",
        "Audit trail: the chain holds",
        "A test PDF was made",
        "schema 0007",
    ):
        assert expected in told.stdout


@pytest.fixture
def no_test_paper(monkeypatch):
    """A doctor that draws no test paper, which takes seconds; the test above has it drawn."""
    monkeypatch.setattr(doctor, "_paper", lambda now: iter(()))


@pytest.mark.usefixtures("no_test_paper")
def test_the_doctor_names_all_that_is_missing_before_the_first_start(run, tmp_path):
    told = run("doctor")

    assert 1 == told.exit_code
    for expected in ("set name in clinic.toml", "set phone in clinic.toml", "Database: there is none yet"):
        assert expected in told.stdout
    assert not (tmp_path / "instance").exists()


@pytest.mark.usefixtures("no_test_paper")
def test_the_doctor_sees_a_key_that_others_can_read(run, settings, house):
    settings.keys.chmod(0o644)

    told = run("doctor")

    assert 1 == told.exit_code
    assert "database.key: mode 644, set it to 600" in told.stdout


@pytest.mark.usefixtures("no_test_paper")
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", "note   E-mail: none is sent, as smtp_host is not set"),
        ('smtp_host = "mail.example"', "wrong  E-mail: none is sent: set mail_from"),
        (
            'smtp_host = "mail.example"\nmail_from = "desk@elm.example"',
            "right  E-mail: handed to mail.example by starttls, from desk@elm.example",
        ),
        (
            'smtp_host = "mail.example"\nmail_from = "desk@elm.example"',
            "note   On-call e-mail: not set, so an urgent form is announced on the screens only",
        ),
        (
            'smtp_host = "mail.example"\nmail_from = "a@b.example"\non_call_email = "call@elm.example"',
            "right  On-call e-mail: call@elm.example",
        ),
        (
            'smtp_host = "mail.example"\nmail_from = "a@b.example"\nescalation_email = "the chief"',
            "wrong  Escalation e-mail: the chief is not an e-mail address",
        ),
    ],
)
def test_the_doctor_says_whether_e_mail_is_sent_and_whom_it_calls(run, settings, written, expected):
    # Before the first start: the database has no say in it.
    settings.data.mkdir()
    (settings.data / "clinic.toml").write_text(written, encoding="utf-8")

    assert expected in run("doctor").stdout


# --- the rounds --------------------------------------------------------------------------------


@pytest.fixture
def office():
    opened = PostOffice()
    yield opened
    opened.close()


@pytest.fixture
def waiting(settings, house, office):
    """A clinic with a mail server, and somebody whom the emergency page stopped."""
    written = (
        *('smtp_host = "127.0.0.1"', f"smtp_port = {office.port}", 'smtp_security = "none"'),
        *('mail_from = "desk@elm.example"', 'on_call_email = "call@elm.example"'),
    )
    (settings.data / "clinic.toml").write_text("\n".join(written), encoding="utf-8")
    with house.sessions() as session:
        # The command has no clock to set: it meets what happened just now.
        now = datetime.now(UTC)
        form = responses.open_response(session, house.edition.digest, "token", now)
        interrupts.record_interrupt(session, form.id, ["rf-cardiac"], now)


def test_the_rounds_are_gone_once_by_a_command(run, waiting, office):
    assert "Sent: 1. To be tried again: 0." in run("rounds").stdout
    assert "Sent: 0. To be tried again: 0." in run("rounds").stdout
    assert ["call@elm.example"] == [letter["To"] for letter in office.letters]


def test_the_rounds_say_what_was_not_sent(run, waiting, office):
    office.answers["RCPT"] = "550 nobody here"

    told = run("rounds")
    assert (1, "Sent: 0. To be tried again: 0.\n") == (told.exit_code, told.stdout)
    assert "Not sent, or perhaps not: 1." in told.stderr


def test_without_a_mail_server_the_rounds_say_what_to_set(run, house):
    assert "set smtp_host and mail_from" in run("rounds").stdout


def test_each_worker_goes_round_until_it_stops(settings, house):
    options, worker = gunicorn_options(settings), SimpleNamespace(wsgi=create_app(settings))
    before = {thread.name for thread in threading.enumerate()}
    options["post_worker_init"](worker)
    during = {thread.name for thread in threading.enumerate()}
    options["worker_exit"](None, worker)
    options["worker_exit"](None, SimpleNamespace())
    after = {thread.name for thread in threading.enumerate()}
    worker.wsgi.extensions["screening"].engine.dispose()

    assert {"rounds"} == during - before
    assert before == after


# --- where it listens --------------------------------------------------------------------------


def test_a_demonstration_listens_where_the_environment_says_and_takes_nothing_else_from_it(run, monkeypatch):
    served = []
    monkeypatch.setattr(serving, "run", served.append)
    for name, value in {"PORT": "8100", "HOST": "::1", "DATA": "instance", "CLINIC_NAME": "Elm"}.items():
        monkeypatch.setenv(f"SCREENING_{name}", value)

    said = run("serve", "--demo").stdout

    [settings] = served
    assert ("::1", 8100) == (settings.host, settings.port)
    assert "http://127.0.0.1:8100/" in said
    assert (serving.DEMO_FOLDER, Clinic().name) == (settings.data, settings.clinic.name)


def test_what_is_typed_beats_where_the_environment_would_have_a_demonstration_listen(run, monkeypatch):
    monkeypatch.setattr(serving, "run", lambda settings: None)
    monkeypatch.setattr(demo, "fill_house", lambda house, settings, now: [])
    monkeypatch.setenv("SCREENING_PORT", "8100")

    assert "http://127.0.0.1:8200/" in run("serve", "--demo", "--port", "8200").stdout


# --- the whole of it ---------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.mark.slow
def test_a_clinic_starts_is_reached_and_stops(tmp_path):
    port = free_port()
    program = "from screening.commands import main; main()"
    asked = [sys.executable, "-c", program, "serve", "--port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "SCREENING_WORKERS": "1"}
    with subprocess.Popen(asked, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as running:
        said = [running.stdout.readline() for _ in range(5)]
        status = reached(port)
        running.send_signal(signal.SIGTERM)

    assert 200 == status
    assert f"http://127.0.0.1:{port}/" in said[0]
    assert "/staff/first" in said[2]
    assert 0 == running.returncode


def reached(port: int) -> int:
    """The status of the first page. The port takes connections before a worker is ready, and then waits."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
                return answer.status
        except ConnectionRefusedError:
            continue
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            signal.sigtimedwait([], 0.1)
    raise AssertionError("the server never took a connection")
