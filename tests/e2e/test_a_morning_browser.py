"""One morning at a clinic: an urgent answer the night before, the day, and a patient back in three weeks."""

import html
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from screening.records import signin, staff
from screening.records.staff import Role
from screening.rounds import go_round
from screening.web.cookies import PATIENT, STAFF
from screening.web.parts import Parts
from tests.post_office import PostOffice
from tests.web.conftest import Clock, Patient
from tests.web.staff_clinic import PASSWORD, hired
from tests.web.stories import ASHA

from .conftest import answered
from .test_journey_browser import _fills_in, _presses, _watch

pytestmark = pytest.mark.browser

ON_CALL = "on-call@elm.example"
CHEST: Mapping[str, object] = {
    **ASHA,
    "full_name": "Asha Night",
    "typed_name": "Asha Night",
    "rf_cardiac": "yes",
}
LIST = (
    "Date;Time;Name;DOB;Email\n{day};09:00;Asha Night;15/3/1988;asha@example.org\n"
    "{day};09:20;Bo Phone;15/3/1988;bo@example.org\n{day};10:00;Chi Walker;2/4/1970;\n"
    "{day};10:40;Dev Paper;3/5/1950;\n"
)


@dataclass
class Person:
    """Somebody at work: their browser, and everything it was shown since somebody began to watch."""

    page: Page
    shown: list[str] = field(default_factory=list)

    def watched(self) -> "Person":
        self.page.on("response", self._keep)
        return self

    def _keep(self, answer: Response) -> None:
        if "text/html" in answer.headers.get("content-type", "") and answer.status == 200:
            self.shown.append(answer.text())


@dataclass
class Clinic:
    app: Flask
    parts: Parts
    browser: Browser
    live: str
    office: PostOffice
    complaints: list[str] = field(default_factory=list)

    def person(self, role: Role, **size: int) -> Person:
        """Somebody of this role who has signed in at a device of their own."""
        token = secrets.token_urlsafe(32)
        with self.parts.sessions() as db:
            hired_already = role in {one.role for one in staff.everyone(db)}
        if not hired_already:
            hired(self.parts, role)
        with self.parts.sessions() as db:
            signin.sign_in(db, role.value, PASSWORD, token, self.parts.now())
        context = self.browser.new_context(
            base_url=self.live, viewport={"width": 1280, "height": 900, **size}
        )
        context.add_cookies([{"name": STAFF, "value": token, "url": self.live}])
        page = context.new_page()
        self.complaints += _watch(page, self.live)
        return Person(page)

    def fills_in(self, context: BrowserContext, story: Mapping[str, object]) -> None:
        """A patient's whole form as fast as it goes, in the same session, up to the end.

        Where nothing stops it, its pages are kept at once; a stop is met page by page."""
        fast = self.app.test_client()
        for cookie in context.cookies():
            fast.set_cookie(cookie["name"], cookie["value"])
        patient, at = Patient(fast, story), "/form/1"
        if story["rf_cardiac"] == "no":
            (token,) = (one["value"] for one in context.cookies() if one["name"] == PATIENT)
            answered(self.parts, token, story)
            at = "/check"
        while at != "/check":
            at = patient.reads_urgent() if at == "/urgent" else patient.walks(at)
        assert patient.sends().status_code == 200


@pytest.fixture
def clinic(app: Flask, parts: Parts, browser: Browser, live: str, moment: Clock) -> Iterator[Clinic]:
    office = PostOffice()
    mail = {"smtp_host": "127.0.0.1", "smtp_port": office.port, "smtp_security": "none"}
    parts.settings = replace(parts.settings, **mail, mail_from="desk@elm.example", on_call_email=ON_CALL)
    parts.loaded = parts.settings
    yield Clinic(app, parts, browser, live, office)
    office.close()


def link_of(office: PostOffice, to: str) -> str:
    letter = next(one for one in office.letters if to in str(one["To"]))
    found = re.search(r"/i/[\w-]{43}", letter.get_content())
    assert found is not None
    return found[0]


def proves_birthday(page: Page, year: str = "1988") -> None:
    for box, typed in (("Day", "15"), ("Month", "3"), ("Year", year)):
        page.get_by_label(box).fill(typed)
    _presses(page, "Continue")


def row_of(page: Page, name: str) -> str:
    return page.get_by_role("row").filter(has_text=name).first.inner_text()


def imports_the_list(desk: Page, day: str) -> None:
    desk.goto("/staff/import")
    text = LIST.format(day=day).encode()
    desk.set_input_files("#list", {"name": "list.csv", "mimeType": "text/csv", "buffer": text})
    _presses(desk, "Read the list")
    expect(desk.get_by_text("4 of 4 rows can be imported.")).to_be_visible()
    _presses(desk, "Import 4")
    expect(desk.get_by_text("New: 4")).to_be_visible()


def sends_by_e_mail(desk: Page, day: str, name: str) -> None:
    desk.goto(f"/staff/board?day={day}")
    desk.get_by_role("link", name=name).click()
    _presses(desk, "Send by e-mail")


@pytest.mark.slow
def test_a_morning_at_the_clinic(
    clinic: Clinic, parts: Parts, moment: Clock, without_scripts: BrowserContext
) -> None:
    tomorrow = parts.today() + timedelta(days=1)
    written, day = f"{tomorrow:%d/%m/%Y}", tomorrow.isoformat()

    # The evening before: the desk imports the list and sends two links.
    desk = clinic.person(Role.FRONT_DESK)
    imports_the_list(desk.page, written)
    for name in ("Asha Night", "Bo Phone"):
        sends_by_e_mail(desk.page, day, name)
    go_round(clinic.app)
    assert ["asha@example.org", "bo@example.org"] == sorted(str(one["To"]) for one in clinic.office.letters)

    # 22:40: an urgent answer comes in, and the practitioner on call is told within the next round.
    moment.forward(hours=8, minutes=10)
    night = without_scripts.new_page()
    night.goto(link_of(clinic.office, "asha"))
    proves_birthday(night)
    clinic.fills_in(without_scripts, CHEST)
    go_round(clinic.app)
    told = [one for one in clinic.office.letters if str(one["To"]) == ON_CALL]
    assert told
    assert not [one for one in told if re.search("Asha|Night|chest|heart", one.as_string())]

    # 08:10: everybody signed in is told; the desk hears no reason, and nothing of the night.
    moment.forward(hours=9, minutes=30)
    desk = clinic.person(Role.FRONT_DESK, width=1024).watched()
    desk.page.goto("/staff")
    banner = desk.page.get_by_role("region", name="Waiting for a practitioner")
    expect(banner).to_be_visible()
    assert banner.get_by_role("link").count() == 0
    assert "Practitioner: call first" in row_of(desk.page, "Asha Night")
    assert "Invited" in row_of(desk.page, "Bo Phone")

    # The practitioner takes it on, decides and signs; the banner is gone for everybody.
    doctor = clinic.person(Role.PRACTITIONER)
    doctor.page.goto("/staff")
    doctor.page.get_by_role("link", name="See who it is").click()
    _presses(doctor.page, "I am dealing with this")
    expect(doctor.page.get_by_role("heading", name="Asha Night")).to_be_visible()
    record = doctor.page.url
    doctor.page.get_by_label("Refer", exact=True).check(force=True)
    doctor.page.get_by_label("Note").fill("Rang at 08:15, ambulance called.")
    _presses(doctor.page, "Record this decision")
    doctor.page.get_by_label("Password").fill(PASSWORD)
    _presses(doctor.page, "Sign this record")
    expect(doctor.page.get_by_text("Signed by").first).to_be_visible()
    desk.page.reload()
    expect(banner).to_have_count(0)
    assert "Reviewed" in row_of(desk.page, "Asha Night")

    # Bo comes with the link on a telephone; a walk-in gets the tablet; a man without a phone wrote on paper.
    without_scripts.clear_cookies()
    night.goto(link_of(clinic.office, "bo@"))
    proves_birthday(night)
    clinic.fills_in(without_scripts, {**ASHA, "full_name": "Bo Phone", "typed_name": "Bo Phone"})
    walks_in(clinic)
    writes_on_paper(desk.page)
    desk.page.goto("/staff/board")
    assert "Done" in row_of(desk.page, "Bo Phone")
    assert "Done" in row_of(desk.page, "Chi Walker")
    assert "Done" in row_of(desk.page, "Dev Paper")

    # At arrival Bo has a fever: red for the practitioner, and the desk reads no more than that.
    arrives_with_fever(desk.page)
    desk.page.goto("/staff/board")
    assert "Practitioner: call first" in row_of(desk.page, "Bo Phone")
    doctor.page.goto("/staff")
    expect(doctor.page.get_by_role("heading", name="Arrival check: new hold")).to_be_visible()

    refused = desk.page.goto(record.partition("#")[0])
    assert refused is not None
    assert refused.status == 403
    clinic.complaints[:] = [said for said in clinic.complaints if "403" not in said]

    # Three weeks later Bo is known again, and is not asked everything anew.
    moment.forward(days=21)
    comes_back(clinic, without_scripts, night)

    # What the front desk was ever shown holds no flag, no answer and no reason.
    asked = " ".join(question.text for question in parts.edition.questions.values())
    titles = [rule.title for rule in parts.edition.rules if rule.title not in asked]
    assert len(titles) > 150
    for seen in map(html.unescape, desk.shown):
        assert [] == [title for title in titles if title in seen]
        assert "ambulance" not in seen
    assert [] == clinic.complaints


def walks_in(clinic: Clinic) -> None:
    reception = clinic.person(Role.FRONT_DESK, width=820, height=1180)
    tablet = reception.page
    tablet.goto("/staff/kiosk")
    tablet.get_by_label("PIN for ending the tablet").fill("402718")
    tablet.get_by_label("The same PIN again").fill("402718")
    _presses(tablet, "Start the tablet here")
    tablet.get_by_label("First name and family name").fill("chi walker")
    for box, typed in (("Day", "2"), ("Month", "4"), ("Year", "1970")):
        tablet.get_by_label(box).fill(typed)
    _presses(tablet, "Continue")
    _presses(tablet, "Yes, this is me")
    story = {**ASHA, "full_name": "Chi Walker", "typed_name": "Chi Walker", "date_of_birth": "1970-04-02"}
    _fills_in(tablet, story)
    _presses(tablet, "Save and continue")
    clinic.fills_in(tablet.context, story)
    tablet.goto("/done")
    _presses(tablet, "I am finished")
    expect(tablet.get_by_label("First name and family name")).to_have_value("")
    tablet.go_back()
    expect(tablet.get_by_text("Chi")).to_have_count(0)


def writes_on_paper(desk: Page) -> None:
    desk.goto("/staff/type-in")
    _presses(desk, "Start")
    desk.get_by_label("1.5 Full name").fill("Dev Paper")
    for box, typed in (("Day", "3"), ("Month", "5"), ("Year", "1950")):
        desk.get_by_label(box).first.fill(typed)
    _presses(desk, "Save")
    for _ in range(40):
        desk.keyboard.press("n")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/3")
    desk.goto(re.sub(r"/\d+$", "/end", desk.url))
    expect(desk.get_by_text("Blank is never taken as no")).to_be_visible()
    _presses(desk, "Hand in")
    desk.goto("/staff/board")
    desk.get_by_role("link", name="Whose is this?").click()
    _presses(desk, "The form belongs to this appointment")


def arrives_with_fever(desk: Page) -> None:
    desk.goto("/staff/arrival")
    desk.get_by_role("link", name="Bo Phone").click()
    for box in desk.locator("main input[value=no], main input[value=none]").all():
        box.check(force=True)
    desk.locator("[name=day_fever][value=yes]").check(force=True)
    _presses(desk, "Record")
    expect(desk.get_by_text("please look before the visit")).to_be_visible()


def comes_back(clinic: Clinic, context: BrowserContext, page: Page) -> None:
    desk = clinic.person(Role.FRONT_DESK).page
    desk.goto("/staff/appointment")
    for label, typed in (("Name", "Bo Phone"), ("Time", "11:00"), ("Date of birth", "15/3/1988")):
        desk.get_by_label(label, exact=False).first.fill(typed)
    desk.get_by_label("E-mail").fill("bo@example.org")
    _presses(desk, "Save")
    desk.get_by_role("link", name="Bo Phone").click()
    desk.get_by_role("link", name="Been here before?").click()
    # Asha was born on the same day: she is proposed too, and nobody is chosen but by the desk.
    expect(desk.get_by_role("cell", name="Asha Night")).to_be_visible()
    card = desk.locator(".nhsuk-card").filter(has_not_text="Asha Night")
    with desk.expect_navigation():
        card.get_by_role("button", name="This is the same person").click()
    desk.goto("/staff/board")
    desk.get_by_role("link", name="Bo Phone").click()
    _presses(desk, "Send by e-mail")
    clinic.office.letters.clear()
    go_round(clinic.app)
    context.clear_cookies()
    page.goto(link_of(clinic.office, "bo@"))
    proves_birthday(page)
    fast = clinic.app.test_client()
    for cookie in context.cookies():
        fast.set_cookie(cookie["name"], cookie["value"])
    story = {**ASHA, "full_name": "Bo Phone", "typed_name": "Bo Phone"}
    assert Patient(fast, story).walks("/form/1", until=lambda at: at == "/form/9") == "/form/9"
    page.goto("/form/9")
    expect(page.get_by_text("Has anything changed?")).to_be_visible()
    expect(page.get_by_text("23 November 2026").first).to_be_visible()
