"""An edition's files -> Edition. One that does not hold together is refused, with every fault at once."""

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from rules.entry import Entry
from rules.load_content import (
    read_features,
    read_hazards,
    read_medicines,
    read_muscles,
    read_notes,
    read_pleura,
    read_regions,
    read_sciatica,
    read_sources,
)
from rules.model import Edition, Fact, Kind, Level, Line, Option, Page, Question, Rule, Urgency
from rules.sound import faults_of

EDITIONS = Path(__file__).parent / "editions"
FILES = ("questionnaire", "rules", "regions", "muscles", "medicines", "advice", "sources")
_T = TypeVar("_T")


class Unsound(Exception):
    """An edition that does not hold together. `faults` names every one, in the words of the file."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"{len(faults)} faults:\n" + "\n".join(faults))
        self.faults = tuple(faults)


def files_of(folder: Path) -> dict[str, str]:
    """The edition's files by name, as text: what its identity is made of and what a record keeps.
    Raises Unsound."""
    files, faults = {}, []
    for path in sorted(folder.glob("*.toml")):
        try:
            files[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            faults.append(f"{path.name}: is not saved as UTF-8 text")
    if faults:
        raise Unsound(faults)
    return files


def newest(editions: Path = EDITIONS) -> Path:
    """The folder of the edition with the latest name."""
    return max(path for path in editions.iterdir() if (path / "questionnaire.toml").exists())


def digest_of(files: Mapping[str, str]) -> str:
    """SHA-256 over names and texts, in order of name."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\n{len(files[name])}\n{files[name]}\n".encode())
    return digest.hexdigest()


def load(folder: Path, translate: Callable[[str], str] = str, language: str = "en") -> Edition:
    """The edition in `folder`. Raises Unsound."""
    return load_files(files_of(folder), translate, language)


def load_files(
    files: Mapping[str, str], translate: Callable[[str], str] = str, language: str = "en"
) -> Edition:
    """The edition that `files` (name -> text) spell, its sentences through `translate`. Raises Unsound."""
    faults: list[str] = []
    data = {name: _toml(files, f"{name}.toml", faults) for name in FILES}
    if faults:
        raise Unsound(faults)
    reader = Reader(data, faults, translate)
    edition = _edition(reader, digest_of(files), language)
    reader.done()
    faults += faults_of(edition)
    if faults:
        raise Unsound(faults)
    return edition


def _toml(files: Mapping[str, str], name: str, faults: list[str]) -> dict[str, Any]:
    if name not in files:
        faults.append(f"{name}: the file is missing")
        return {}
    try:
        return tomllib.loads(files[name])
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{name}: {error}")
        return {}


class Reader:
    """The parsed files of an edition, taken table by table; `done` complains of what is left."""

    def __init__(
        self, data: dict[str, dict[str, Any]], faults: list[str], translate: Callable[[str], str]
    ) -> None:
        self._data = data
        self._faults = faults
        self._translate = translate
        self._tables: list[Entry] = []

    def fault(self, what: str) -> None:
        self._faults.append(what)

    def entry(self, where: str, table: object) -> Entry:
        if not isinstance(table, dict):
            self._faults.append(f"{where}: should be a table")
            table = {}
        return Entry(where, table, self._faults, self._translate)

    def table(self, file: str, name: str) -> Entry:
        entry = self.entry(f"{file}.toml [{name}]", self._data[file].pop(name, {}))
        self._tables.append(entry)
        return entry

    def each(self, file: str, name: str, key: str = "id") -> Iterator[Entry]:
        tables = self._data[file].pop(name, [])
        if not isinstance(tables, list):
            self._faults.append(f"{file}.toml: [[{name}]] should be a list of tables")
            tables = []
        for position, table in enumerate(tables, start=1):
            called = table.get(key, f"number {position}") if isinstance(table, dict) else position
            yield self.entry(f"{file}.toml: {name} {called}", table)

    def by_id(self, file: str, name: str, read: Callable[[Entry], _T], key: str = "id") -> dict[str, _T]:
        """Every [[name]] of the file by its id. The same id twice is a fault."""
        found: dict[str, _T] = {}
        for entry in self.each(file, name, key):
            called = entry.text(key)
            if called in found:
                entry.fault(f"{key} {called} is used twice")
            found[called] = read(entry)
            entry.done()
        return found

    def words(self, file: str, name: str) -> Mapping[str, str]:
        """A table of nothing but sentences, each by its key."""
        entry = self.table(file, name)
        return MappingProxyType({key: entry.words(key, 700, None) for key in entry.left()})

    def done(self) -> None:
        for entry in self._tables:
            entry.done()
        for file, data in self._data.items():
            self._faults += [f"{file}.toml: [{name}] is not known" for name in data]


def _edition(reader: Reader, digest: str, language: str) -> Edition:
    head = reader.table("questionnaire", "edition")
    head.text("language")
    pages = tuple(_pages(reader))
    rules = reader.by_id("rules", "rule", _rule)
    regions = reader.by_id("regions", "region", read_regions)
    tokens = [token for region in regions.values() for token in region.tokens]
    areas, quarters = reader.table("regions", "areas"), reader.table("regions", "quarters")
    computed, facts = reader.by_id("rules", "computed", _computed), reader.by_id("rules", "fact", _fact)
    for name in sorted(set(computed) & set(facts)):
        reader.fault(f"rules.toml: {name} is both computed and a condition")
    return Edition(
        name=head.text("name"),
        title=head.words("title", 80),
        language=language,
        digest=digest,
        checked=head.text("checked"),
        pages=pages,
        groups=reader.by_id("regions", "group", lambda e: frozenset(e.texts("regions", may_be_empty=False))),
        areas={name: frozenset(areas.texts(name)) for name in ("upper", "lower", "spine")},
        quarters={name: frozenset(quarters.texts(name)) for name in ("arm", "leg")},
        facts=MappingProxyType({name: fact(name) for name, fact in (computed | facts).items()}),
        rules=tuple(rule(name) for name, rule in rules.items()),
        regions=MappingProxyType(regions),
        hazards=MappingProxyType(reader.by_id("regions", "hazard", read_hazards)),
        muscles=tuple(reader.by_id("muscles", "muscle", read_muscles).values()),
        pleura=MappingProxyType(reader.by_id("muscles", "pleura", read_pleura)),
        medicines=MappingProxyType(reader.by_id("medicines", "medicine", read_medicines)),
        features=tuple(reader.by_id("rules", "feature", read_features).values()),
        sources=MappingProxyType(reader.by_id("sources", "source", read_sources, key="key")),
        words=reader.words("advice", "words"),
        messages=reader.words("advice", "messages"),
        answer_words=reader.words("questionnaire", "answer_words"),
        notes=read_notes(reader),
        sciatica=read_sciatica(reader),
        not_asked=reader.table("questionnaire", "not_asked").texts("texts"),
        questions=MappingProxyType({q.id: q for page in pages for q in page.questions}),
        rule=MappingProxyType({name: rule(name) for name, rule in rules.items()}),
        token_order=MappingProxyType({token: place for place, token in enumerate(tokens)}),
    )


def _pages(reader: Reader) -> Iterator[Page]:
    seen: set[str] = set()
    for number, entry in enumerate(reader.each("questionnaire", "page"), start=1):
        page_id = entry.text("id")
        if page_id in seen:
            entry.fault("id is used twice")
        seen.add(page_id)
        if entry.whole("number") != number:
            entry.fault(f"number should be {number}: pages are numbered in their order")
        questions = []
        for table in entry.tables("question"):
            question = _question(reader, page_id, table)
            if question.id in seen:
                entry.fault(f"question {question.id}: id is used twice")
            seen.add(question.id)
            questions.append(question)
        yield Page(
            id=page_id,
            number=number,
            title=entry.words("title", 70, None),
            lead=entry.words("lead", 60),
            about=entry.words("about", 120),
            at_desk=entry.yes("at_desk"),
            questions=tuple(questions),
        )
        entry.done()


def _question(reader: Reader, page: str, table: Mapping[str, Any]) -> Question:
    entry = reader.entry(f"questionnaire.toml: question {table.get('id', 'without an id')}", table)
    options = []
    for option in entry.tables("options"):
        spoken = reader.entry(f"{entry.where}: option {option.get('id', 'without an id')}", option)
        options.append(Option(spoken.text("id"), spoken.words("text", 70, None)))
        spoken.done()
    question = Question(
        id=entry.text("id"),
        page=page,
        kind=entry.member("kind", Kind),
        text=entry.words("text", 160, None),
        hint=entry.words("hint", 120),
        options=tuple(options),
        required=entry.yes("required"),
        asked_when=entry.when("asked_when") if "asked_when" in table else None,
        asked_by=entry.one_of("asked_by", ("patient", "desk", "staff"), "patient"),  # type: ignore[arg-type]  # one_of gives one of these
        help=entry.words("help", 160),
        why=entry.words("why", 120),
        gate=entry.words("gate", 260),
        feeds=entry.texts("feeds", may_be_empty=False),
        least=entry.number("least"),
        most=entry.number("most"),
        whole=entry.yes("whole"),
        ends=tuple(map(entry.translate, entry.texts("ends"))),
        longest=entry.whole("longest") if "longest" in table else 0,
        clear=entry.one_of("clear", ("no", "yes"), "no"),
        not_for_desk=entry.yes("not_for_desk"),
        past=entry.yes("past"),
        signs=entry.yes("signs"),
    )
    entry.done()
    return question


def _computed(entry: Entry) -> Callable[[str], Fact]:
    gives = entry.one_of("gives", ("yes_no", "number"))
    reads, note = entry.texts("reads"), entry.words("definition", 400, None)
    return lambda name: Fact(name, None, gives, reads, note)  # type: ignore[arg-type]  # one_of gives one of these


def _fact(entry: Entry) -> Callable[[str], Fact]:
    when, note = entry.when(), entry.words("note", 160)
    return lambda name: Fact(name, when, note=note)


def _rule(entry: Entry) -> Callable[[str], Rule]:
    lines = []
    for table in entry.tables("lines"):
        line = Entry(f"{entry.where}: line", table, entry.faults, entry.translate)
        lines.append(
            Line(urgency=line.member("urgency", Urgency) if "urgency" in table else None, when=line.when())
        )
        line.done()
    if not lines:
        entry.fault("lines are missing: when is it raised?")
    fields: dict[str, Any] = {
        "section": entry.words("section", 40, None),
        "title": entry.words("title", 70, None),
        "level": entry.member("level", Level),
        "scope": entry.one_of("scope", ("person", "region", "modality")),
        "regions": entry.text("regions", ""),
        "lines": tuple(lines),
        "advice": entry.words("advice", 360, None),
        "sources": entry.texts("sources", may_be_empty=False),
        "message": entry.text("message", ""),
        "adds": entry.text("adds", ""),
        "evidence": entry.words("evidence", 240),
        "private": entry.yes("private"),
        "hold_if_unsure": entry.yes("hold_if_unsure"),
        "never_ask": entry.yes("never_ask"),
        "high_priority": entry.yes("high_priority"),
        "note": entry.words("note", 200),
    }
    return lambda name: Rule(id=name, **fields)
