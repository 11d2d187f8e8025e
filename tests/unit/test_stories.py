"""A commitment's whole story, its spells, and the headline figures (design, sections 2 and 6)."""

from __future__ import annotations

from collections import Counter
from datetime import date

from ledger.events.kinds import Fact
from ledger.events.lines import Entry
from ledger.projections.dossier import Dossier, dossier
from ledger.projections.spells import Spell, spells
from ledger.projections.summary import summarise
from tests.kit.facts import TEXT, amended, assessed, fulfilled, lapsed, made, reaffirmed, registered, retracted
from tests.kit.scenario import PlainLog, given

END = date.max


def trees(log: PlainLog) -> list[Entry]:
    return [entry for entry in log.entries if getattr(entry.fact, "commitment", None) == "trees"]


def story(log: PlainLog, as_of: date = END, known: int | None = None) -> Dossier:
    found = dossier(trees(log), as_of=as_of, known=known)
    assert found is not None
    return found


STORY: list[Fact] = [
    made(day="2025-01-01"),
    fulfilled(day="2025-03-01"),
    reaffirmed(day="2025-02-01"),
    assessed(day="2025-05-01"),
    amended(title="Plant many trees"),
]


def test_a_story_is_told_in_the_order_of_the_log_and_dated_entries_in_that_of_their_days() -> None:
    told = story(given(*STORY).log)
    assert [one.entry.position for one in told.told] == [1, 2, 3, 4, 5]
    assert [entry.position for entry in told.dated(type(STORY[0]), type(STORY[1]), type(STORY[2]))] == [1, 3, 2]
    assert [entry.position for entry in told.sayings] == [1, 3]
    assert [entry.position for entry in told.evidence] == [2]
    assert [entry.position for entry in told.assessments] == [4]
    assert [one.entry.position for one in told.corrections] == [5]


def test_a_story_describes_the_commitment_as_it_stands_and_where_every_country_does() -> None:
    told = story(given(*STORY).log)
    assert told.commitment == "trees"
    assert told.description.title == "Plant many trees"
    assert {row.country: row.status for row in told.rows} == dict.fromkeys(("JPN", "KOR", "USA"), "fulfilled")


def test_what_was_retracted_is_told_with_what_voided_it_and_counts_no_more() -> None:
    stage = given(*STORY)
    stage.when(retracted(stage.id_of(2))).recorded()
    told = story(stage.log)
    voided = {one.entry.position: one.retracted_by.position for one in told.told if one.retracted_by}
    assert voided == {2: 6}
    assert told.evidence == []
    assert [one.entry.position for one in told.corrections] == [5, 6]


def test_a_story_on_a_day_leaves_out_what_happened_later() -> None:
    told = story(given(*STORY).log, as_of=date(2025, 2, 15))
    assert [one.entry.position for one in told.told] == [1, 3, 5]
    assert {row.status for row in told.rows} == {"reaffirmed"}


def test_a_story_as_it_was_known_leaves_out_what_was_learned_later() -> None:
    stage = given(*STORY)
    stage.when(retracted(stage.id_of(2))).recorded()
    told = story(stage.log, known=2)
    assert [one.entry.position for one in told.told] == [1, 2]
    assert [one.retracted_by for one in told.told] == [None, None]
    assert told.description.title == "Plant trees"


def test_there_is_no_story_before_anything_was_known() -> None:
    assert dossier(trees(given(*STORY).log), as_of=END, known=0) is None
    assert dossier([], as_of=END) is None


def test_the_words_of_a_commitment_are_those_of_its_first_quote_else_of_its_first_entry() -> None:
    quoting = reaffirmed(day="2025-03-01", statement="pact", source=None, paragraph=2, quote="plant trees")
    log = given(registered(text=TEXT), made(), quoting).log
    assert story(log).quoted.position == 3
    assert story(log, known=2).quoted.position == 2


def spells_of(log: PlainLog) -> list[Spell]:
    return list(spells(log.book.history("trees")))


def test_a_spell_begins_on_every_day_on_which_something_counts() -> None:
    log = given(made(parties=("JPN",)), fulfilled(), assessed(day="2025-05-01")).log
    found = [
        (str(one.from_day), one.until_day and str(one.until_day), one.standing.status) for one in spells_of(log)
    ]
    assert found == [
        ("2025-01-01", "2025-03-01", "made"),
        ("2025-03-01", "2025-05-01", "fulfilled"),
        ("2025-05-01", None, "fulfilled"),
    ]


def test_events_of_one_day_are_one_spell_with_what_stood_at_its_end() -> None:
    log = given(made(parties=("JPN",)), fulfilled(), reaffirmed(day="2025-03-01")).log
    assert [(one.standing.status, one.standing.events) for one in spells_of(log)] == [
        ("made", 1),
        ("reaffirmed", 3),
    ]


def test_an_assessment_before_there_is_a_status_is_no_spell() -> None:
    history: list[Fact] = [made(day="2025-02-01", parties=("JPN",)), assessed(day="2025-01-01", score=1)]
    [spell] = spells_of(given(*history).log)
    assert (spell.from_day, spell.standing.score) == (date(2025, 2, 1), 1)


def test_each_country_has_spells_of_its_own_and_one_without_a_status_has_none() -> None:
    log = given(made(parties=("JPN", "KOR")), lapsed(parties=("KOR",)), amended(parties=("JPN", "KOR", "USA"))).log
    assert [(one.country, one.standing.status) for one in spells_of(log)] == [
        ("JPN", "made"),
        ("KOR", "made"),
        ("KOR", "lapsed"),
    ]


def test_what_is_not_on_record_has_no_spells() -> None:
    assert list(spells(PlainLog().book.history("trees"))) == []


def test_figures_count_commitments_by_status_and_add_up_what_was_kept() -> None:
    log = given(
        made("a", parties=("JPN", "KOR")),
        fulfilled("a", "2025-03-01", parties=("JPN",)),
        fulfilled("a", "2025-04-01", parties=("JPN",)),
        assessed("a", "2025-05-01", 1, parties=("JPN",)),
        made("b", parties=("JPN",), nature="one-off", strength="low", due="2025-06-01"),
        assessed("b", "2025-05-01", -1),
        made("c", parties=("JPN",), nature="one-off"),
        fulfilled("c", "2025-03-01"),
        assessed("c", "2025-05-01", 0),
    ).log
    japan_one_off, japan_standing, korea = summarise(log.status(), "nature")
    assert (japan_one_off.country, japan_one_off.split, japan_one_off.group) == ("JPN", "nature", "one-off")
    assert japan_one_off.statuses == Counter(made=1, fulfilled=1)
    assert (japan_one_off.commitments, japan_one_off.overdue, japan_one_off.kept) == (2, 1, 1)
    assert japan_one_off.scores == Counter({-1: 1, 0: 1})
    assert (japan_standing.group, japan_standing.kept, japan_standing.scores) == ("standing", 2, Counter({1: 1}))
    assert (korea.country, korea.commitments, korea.kept, korea.scores) == ("KOR", 1, 0, Counter())
    by_strength = [(one.country, one.group, one.commitments) for one in summarise(log.status(), "strength")]
    assert by_strength == [("JPN", "high", 2), ("JPN", "low", 1), ("KOR", "high", 1)]


def test_there_are_no_figures_of_nothing() -> None:
    assert summarise([], "nature") == []
