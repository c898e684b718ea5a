"""The clinic's settings in the browser: who may change what, what counts, what is refused."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageFile
from werkzeug.test import TestResponse

from screening.doctor import examine
from screening.documents.logo import NotALogo, Reason, as_logo
from screening.in_force import GROUPS
from screening.records import clinic_settings, staff
from screening.records.audit import Actor
from screening.records.staff import Role
from screening.settings import Settings, load
from screening.web.clinic_form import LIMITS
from screening.web.parts import NoEmergencyNumber, Parts, open_parts
from screening.web.start import application

from .conftest import Clock
from .pseudo import unmarked
from .staff_clinic import at_work, hired, send, trail

CLINIC = "/staff/clinic"
LOGO = "/staff/clinic-logo"
NOBODY = "00000000-0000-4000-8000-000000000000"
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_READERS = frozenset({Role.ADMINISTRATOR, Role.CLINICIAN})
ALLOWED = {
    "/staff/clinic": _READERS,
    "/staff/clinic/<group>": _ADMINISTRATOR,
    "/staff/clinic/country/save": _ADMINISTRATOR,
    "/staff/clinic-logo": _ADMINISTRATOR,
    "/staff/clinic-logo/remove": _ADMINISTRATOR,
    "/staff/trail": _READERS,
    "/staff/trail/check": _READERS,
    "/staff/record/<uuid:submission_id>/opened": frozenset({Role.PRACTITIONER, Role.CLINICIAN}),
}
SURE = {"again": "108", "rung": "y"}


@pytest.fixture
def administrator(app: Flask, parts: Parts) -> FlaskClient:
    return at_work(app, parts, Role.ADMINISTRATOR)


@pytest.fixture
def bare(settings: Settings, moment: Clock) -> Iterator[Parts]:
    """The same clinic, with nothing fixed by the environment."""
    opened = open_parts(load({}, data=settings.data), moment)
    yield opened
    opened.engine.dispose()


def store(parts: Parts, **values: object) -> None:
    """Set something in the browser, without the browser."""
    with parts.sessions() as db:
        people = staff.everyone(db)
    person = people[0] if people else hired(parts, Role.ADMINISTRATOR)
    with parts.sessions() as db:
        clinic_settings.change(db, Actor("staff", person.id), "test", values, parts.now())


def country(browser: FlaskClient, step: str = "", **typed: str) -> TestResponse:
    """The country's form as it stands, with something else typed in."""
    usual = {"country": "IN", "emergency_number": "", "crisis_line": "", "timezone": ""}
    return send(browser, f"{CLINIC}/country{step}", f"{CLINIC}/country", **{**usual, **typed})


def picture(form: str = "PNG", size: tuple[int, int] = (900, 300), **more: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (11, 92, 99)).save(out, form, **more)
    return out.getvalue()


def upload(browser: FlaskClient, data: bytes, name: str = "logo.png") -> TestResponse:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(LOGO).text)
    assert found is not None
    return browser.post(LOGO, data={"csrf_token": found[1], "logo": (BytesIO(data), name)})


# --- what counts ---------------------------------------------------------------------------------


def test_the_browser_beats_the_file_and_the_environment_beats_the_browser(
    settings: Settings, moment: Clock
) -> None:
    (settings.data / "clinic.toml").write_text('name = "File"\nphone = "555 0001"\nsoon_days = 10\n', "utf-8")
    opened = open_parts(load({"SCREENING_CLINIC_PHONE": "555 0003"}, data=settings.data), moment)
    store(opened, name="Browser", phone="555 0002", soon_days=5)

    opened.refresh()

    clinic = opened.settings.clinic
    assert ("Browser", "555 0003", 5, 8) == (
        clinic.name,
        clinic.phone,
        opened.settings.soon_days,
        opened.settings.same_day_hours,
    )
    store(opened, name=None, soon_days=None)
    opened.refresh()
    assert ("File", 10) == (opened.settings.clinic.name, opened.settings.soon_days)
    opened.engine.dispose()


def test_another_country_brings_its_own_numbers_and_keeps_those_that_the_clinic_gave(bare: Parts) -> None:
    store(bare, country="GB", crisis_line="0800 111")

    bare.refresh()

    clinic = bare.settings.clinic
    assert ("999", "A&E", "0800 111", "Europe/London") == (
        clinic.emergency_number,
        clinic.emergency_department,
        clinic.crisis_line,
        clinic.timezone,
    )


def test_an_empty_line_in_the_file_does_not_keep_the_number_of_another_country(
    settings: Settings, moment: Clock
) -> None:
    (settings.data / "clinic.toml").write_text('emergency_number = ""\n', "utf-8")
    opened = open_parts(load({}, data=settings.data), moment)
    store(opened, country="US")

    opened.refresh()

    assert "911" == opened.settings.clinic.emergency_number
    opened.engine.dispose()


def test_two_processes_see_a_change_at_once(settings: Settings, parts: Parts, moment: Clock) -> None:
    other = open_parts(settings, moment)
    elsewhere = application(settings, other).test_client()
    elsewhere.get("/")
    assert "112" == other.settings.clinic.emergency_number

    store(parts, address="1 Hill Road", emergency_number="108")

    assert 200 == elsewhere.get("/").status_code
    assert ("1 Hill Road", "108") == (other.settings.clinic.address, other.settings.clinic.emergency_number)
    other.engine.dispose()


def test_what_was_set_in_the_browser_counts_from_the_first_request_after_a_start(
    settings: Settings, parts: Parts, moment: Clock
) -> None:
    store(parts, emergency_number="108")

    again = open_parts(settings, moment)

    assert "108" == again.settings.clinic.emergency_number
    again.engine.dispose()


def test_a_clinic_without_a_number_in_its_file_starts_with_the_one_from_the_browser(
    settings: Settings, parts: Parts, moment: Clock
) -> None:
    words = {"SCREENING_CLINIC_COUNTRY": "other", "SCREENING_CLINIC_TIMEZONE": "Europe/Berlin"}
    silent = load(words, data=settings.data)
    with pytest.raises(NoEmergencyNumber):
        open_parts(silent, moment)

    store(parts, emergency_number="112")

    opened = open_parts(silent, moment)
    assert "112" == opened.settings.clinic.emergency_number
    opened.engine.dispose()


# --- who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_its_own_pages_of_the_house_and_no_other(
    app: Flask, parts: Parts, role: Role
) -> None:
    browser = at_work(app, parts, role)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/staff/sign-in").text)
    assert found is not None
    ours = ("clinic.", "logo.", "trail.")
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(ours)]
    assert {rule.rule for rule in rules} - {"/clinic-logo"} == ALLOWED.keys()

    for rule in rules:
        address = rule.rule.replace("<group>", "desk").replace("<uuid:submission_id>", NOBODY)
        may = role in ALLOWED.get(rule.rule, Role)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            data = {"csrf_token": found[1]} if method == "POST" else {}
            answer = browser.open(address, method=method, data=data)
            assert (answer.status_code == 403) == (not may), (method, address)


def test_a_clinician_reads_the_settings_and_changes_none(app: Flask, parts: Parts) -> None:
    browser = at_work(app, parts, Role.CLINICIAN)

    shown = browser.get(CLINIC)

    assert 200 == shown.status_code
    assert "/staff/clinic/country" not in shown.text
    assert 403 == browser.get(f"{CLINIC}/country").status_code
    assert 403 == send(browser, f"{CLINIC}/desk", "/staff/print", desk_prints_answers="yes").status_code
    assert not parts.settings.desk_prints_answers


def test_a_group_that_does_not_exist_is_not_found(administrator: FlaskClient) -> None:
    assert 404 == administrator.get(f"{CLINIC}/nothing").status_code


# --- saving --------------------------------------------------------------------------------------


def test_a_saved_group_counts_at_once_and_is_on_the_trail_without_its_values(
    administrator: FlaskClient, parts: Parts
) -> None:
    saved = send(administrator, f"{CLINIC}/standards", soon_days="7", emergency_minutes="")

    assert 303 == saved.status_code
    page = administrator.get(CLINIC).text
    assert "Saved. It counts from now on." in page
    assert 7 == parts.settings.soon_days
    [line] = trail(parts, "settings-changed")
    assert ("settings", "standards", {"count": 1}) == (line.object_kind, line.object_id, line.detail)


def test_saving_what_is_there_already_changes_nothing(administrator: FlaskClient, parts: Parts) -> None:
    send(administrator, f"{CLINIC}/desk", desk_prints_answers="no", kiosk_idle_seconds="")

    assert [] == trail(parts, "settings-changed")


def test_a_value_emptied_again_falls_back_and_the_form_says_to_what(
    administrator: FlaskClient, parts: Parts
) -> None:
    send(administrator, f"{CLINIC}/standards", soon_days="7")
    assert "Left empty: 14 days (as the software comes)." in administrator.get(f"{CLINIC}/standards").text

    send(administrator, f"{CLINIC}/standards", soon_days="")
    administrator.get(CLINIC)

    assert 14 == parts.settings.soon_days


def test_what_the_environment_fixes_is_shown_and_cannot_be_changed(
    administrator: FlaskClient, parts: Parts
) -> None:
    page = administrator.get(f"{CLINIC}/clinic").text
    assert "fixed on the server by SCREENING_CLINIC_PHONE" in page
    assert 'name="phone"' not in page

    send(administrator, f"{CLINIC}/clinic", address="1 Hill Road", phone="555 0000")
    administrator.get(CLINIC)

    assert ("1 Hill Road", "555 0199") == (parts.settings.clinic.address, parts.settings.clinic.phone)


@pytest.mark.parametrize("name", LIMITS)
def test_a_number_outside_its_limits_is_refused_beside_its_field_and_nothing_is_lost(
    administrator: FlaskClient, parts: Parts, name: str
) -> None:
    group = next(group for group, names in GROUPS.items() if name in names)
    least, most = LIMITS[name]
    for wrong in (str(least - 1), str(most + 1), "soon", "1.5", "٣"):
        refused = send(administrator, f"{CLINIC}/{group}", **{name: wrong, "desk_prints_answers": "no"})
        assert 422 == refused.status_code, (name, wrong)
        assert refused.text.count(f"Enter a whole number from {least} to {most}") == 2
        assert f'value="{wrong}"' in refused.text
    assert [] == trail(parts, "settings-changed")
    assert least <= getattr(parts.settings, name) <= most


@pytest.mark.parametrize(
    ("group", "name", "wrong"),
    [
        ("messages", "on_call_email", "no address"),
        ("messages", "mail_from", "a@b.example, c@d.example"),
        ("messages", "escalation_email", "<script>@x.example"),
        ("country", "emergency_number", "one one two"),
        ("country", "emergency_number", "1"),
        ("country", "timezone", "Mars/Base"),
        ("country", "country", "XX"),
        ("clinic", "name", "x" * 101),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(
    settings: Settings, bare: Parts, group: str, name: str, wrong: str
) -> None:
    browser = at_work(application(bare.loaded, bare), bare, Role.ADMINISTRATOR)

    refused = send(browser, f"{CLINIC}/{group}", **{"country": "IN", name: wrong})

    assert 422 == refused.status_code
    assert "There is a problem" in refused.text
    assert f'href="#{name}"' in refused.text
    assert [] == trail(bare, "settings-changed")


# --- the emergency number ------------------------------------------------------------------------


def test_no_number_for_emergencies_can_be_emptied_where_no_country_gives_one(
    administrator: FlaskClient, parts: Parts
) -> None:
    refused = country(administrator, country="other", timezone="Europe/Berlin")

    assert 422 == refused.status_code
    assert "without one no patient may be asked anything" in refused.text
    assert "112" == parts.settings.clinic.emergency_number


def test_a_country_without_a_pack_needs_its_time_zone(administrator: FlaskClient) -> None:
    refused = country(administrator, country="other", emergency_number="112")

    assert 422 == refused.status_code
    assert "Enter the time zone: none is known for this country" in refused.text


def test_a_new_emergency_number_is_shown_beside_the_old_one_before_it_counts(
    administrator: FlaskClient, parts: Parts
) -> None:
    asked = country(administrator, emergency_number="108")

    assert 200 == asked.status_code
    cells = re.findall(r"<bdi>([^<]+)</bdi>", asked.text)
    assert ["112", "108"] == [cell for cell in cells if cell.isdigit()]
    assert "Type the emergency number once more" in asked.text
    administrator.get(CLINIC)
    assert "112" == parts.settings.clinic.emergency_number


@pytest.mark.parametrize(
    ("sure", "told"),
    [
        ({"again": "", "rung": "y"}, "Type the emergency number once more, exactly as above"),
        ({"again": "180", "rung": "y"}, "Type the emergency number once more, exactly as above"),
        ({"again": "108"}, "Have somebody check the number first"),
    ],
)
def test_a_new_emergency_number_is_kept_only_when_typed_twice_and_checked(
    administrator: FlaskClient, parts: Parts, sure: dict[str, str], told: str
) -> None:
    refused = country(administrator, "/save", emergency_number="108", **sure)

    assert 422 == refused.status_code
    assert told in refused.text
    assert 'name="emergency_number" value="108"' in refused.text
    assert [] == trail(parts, "settings-changed")

    assert 303 == country(administrator, "/save", emergency_number="108", **SURE).status_code
    administrator.get(CLINIC)
    assert "108" == parts.settings.clinic.emergency_number


def test_another_country_changes_the_number_too_and_asks_the_same(
    administrator: FlaskClient, parts: Parts
) -> None:
    assert 422 == country(administrator, "/save", country="GB").status_code

    assert 303 == country(administrator, "/save", country="GB", again="999", rung="y").status_code

    administrator.get(CLINIC)
    assert ("GB", "999") == (parts.settings.clinic.country, parts.settings.clinic.emergency_number)


def test_a_country_page_with_the_number_as_it_was_asks_for_no_second_typing(
    administrator: FlaskClient, parts: Parts
) -> None:
    asked = country(administrator, advice_line="our own doctor")

    assert "Type the emergency number once more" not in asked.text
    assert 303 == country(administrator, "/save", advice_line="our own doctor").status_code
    administrator.get(CLINIC)
    assert "our own doctor" == parts.settings.clinic.advice_line


def test_patients_are_told_the_new_number(administrator: FlaskClient, app: Flask) -> None:
    country(administrator, "/save", emergency_number="108", **SURE)

    assert "108" in app.test_client().get("/").text


# --- signing in ----------------------------------------------------------------------------------


def test_a_shorter_pause_counts_for_those_already_signed_in(
    administrator: FlaskClient, app: Flask, parts: Parts, moment: Clock
) -> None:
    theirs = at_work(app, parts, Role.FRONT_DESK)
    send(administrator, f"{CLINIC}/signing-in", staff_idle_minutes="5")

    moment.forward(minutes=6)

    assert "/staff/sign-in" == theirs.get("/staff/board").headers["Location"]


def test_a_longer_pause_keeps_staff_signed_in(
    administrator: FlaskClient, parts: Parts, moment: Clock
) -> None:
    send(administrator, f"{CLINIC}/signing-in", staff_idle_minutes="30")

    moment.forward(minutes=29)

    assert 200 == administrator.get(CLINIC).status_code


def test_staff_sign_in_again_after_the_hours_that_the_clinic_chose(
    administrator: FlaskClient, parts: Parts, moment: Clock
) -> None:
    send(administrator, f"{CLINIC}/signing-in", staff_hours="1", staff_idle_minutes="30")
    for _ in range(2):
        moment.forward(minutes=25)
        assert 200 == administrator.get(CLINIC).status_code

    moment.forward(minutes=10)

    assert 303 == administrator.get(CLINIC).status_code


def test_a_form_not_sent_lasts_as_many_days_as_the_clinic_says(
    administrator: FlaskClient, app: Flask
) -> None:
    send(administrator, f"{CLINIC}/keeping", patient_days="3")

    app.test_client().get("/")

    assert timedelta(days=3) == app.permanent_session_lifetime


# --- the logo ------------------------------------------------------------------------------------


def test_a_logo_is_kept_small_bare_and_shown_to_everybody(
    administrator: FlaskClient, app: Flask, parts: Parts
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "canary place"
    assert 303 == upload(administrator, picture("JPEG", exif=exif)).status_code

    start = app.test_client().get("/").text
    found = re.search(r'src="(/clinic-logo\?v=[0-9a-f]+)"', start)
    assert found is not None
    shown = app.test_client().get(found[1])
    assert (200, "image/png") == (shown.status_code, shown.mimetype)
    assert b"canary" not in shown.data
    with Image.open(BytesIO(shown.data)) as kept:
        assert ("PNG", (600, 200)) == (kept.format, kept.size)
    assert "public" in shown.headers["Cache-Control"]
    again = app.test_client().get(found[1], headers={"If-None-Match": shown.headers["ETag"]})
    assert 304 == again.status_code


def test_without_a_logo_no_page_asks_for_one(app: Flask) -> None:
    assert "/clinic-logo" not in app.test_client().get("/").text
    assert 404 == app.test_client().get("/clinic-logo").status_code


def test_a_logo_can_be_taken_away_again(administrator: FlaskClient, app: Flask) -> None:
    upload(administrator, picture())
    assert 303 == send(administrator, f"{LOGO}/remove", LOGO).status_code

    assert "/clinic-logo" not in app.test_client().get("/").text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "Choose a picture"),
        (b"\x89PNG" + b"x" * 200_000, "larger than 200 kB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "no PNG or JPEG picture"),
        (picture("GIF"), "no PNG or JPEG picture"),
        (picture()[:200], "no PNG or JPEG picture"),
        (picture("PNG", (5000, 5000)), "too many points"),
    ],
    ids=["none", "too large", "svg", "gif", "broken", "too many points"],
)
def test_what_is_no_small_picture_is_refused_with_the_reason(
    administrator: FlaskClient, parts: Parts, data: bytes, told: str
) -> None:
    refused = upload(administrator, data)

    assert 422 == refused.status_code
    assert refused.text.count(told) == 2
    assert b"" == parts.settings.clinic.logo


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_cut_short_is_refused_though_another_library_would_take_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = picture(kind)
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    assert as_logo(whole).startswith(b"\x89PNG")

    with pytest.raises(NotALogo) as told:
        as_logo(whole[:-20])
    assert Reason.NO_PICTURE == told.value.reason


def test_a_picture_that_claims_to_fill_the_memory_is_never_drawn() -> None:
    header = bytearray(picture("PNG", (10, 10)))
    header[16:24] = (60_000).to_bytes(4, "big") * 2

    with pytest.raises(NotALogo) as told:
        as_logo(bytes(header))

    assert told.value.reason in (Reason.TOO_MANY_PIXELS, Reason.NO_PICTURE)


# --- words ---------------------------------------------------------------------------------------


def test_no_sentence_of_the_settings_is_hard_coded(spoken: Parts, spoken_app: Flask) -> None:
    # One of them from the environment, which the page says in words.
    given = replace(spoken.settings.given, fixed=spoken.settings.given.fixed | {"soon_days"})
    spoken.loaded = spoken.settings = replace(spoken.settings, soon_days=9, given=given)
    browser = at_work(spoken_app, spoken, Role.ADMINISTRATOR)
    upload(browser, picture())
    send(browser, f"{CLINIC}/clinic", address="1 Hill Road")
    allowed = ("Elm", "Staff administrator", "administrator", "1 Hill Road", "English", "casualty department")
    allowed += ("a local doctor", "Asia/Kolkata", "A&E", "Europe/London", "SCREENING_SOON_DAYS")
    pages = [browser.get(address).text for address in (CLINIC, LOGO, f"{CLINIC}/country")]
    pages += [browser.get(f"{CLINIC}/{group}").text for group in ("standards", "messages", "desk", "clinic")]
    pages.append(send(browser, f"{CLINIC}/standards", same_day_hours="x").text)
    pages.append(country(browser, country="GB").text)
    pages.append(country(browser, "/save", country="GB").text)
    pages.append(upload(browser, b"no").text)

    assert [[]] * len(pages) == [unmarked(page, allowed) for page in pages]


def test_the_command_that_examines_the_clinic_reads_what_was_set_in_the_browser(
    parts: Parts,
) -> None:
    store(parts, emergency_number="108")

    told = [finding.sentence for finding in examine(parts.loaded, parts.now())]

    assert "Emergency number: 108" in told
