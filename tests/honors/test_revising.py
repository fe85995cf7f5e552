"""Rounds under revision: the record goes by the round that stands, never by a revision of it."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from honors import records, standings
from honors.filters import Known
from honors.findings import all_groups
from honors.importers import import_roll
from honors.models import Award, Claim, RollSheet, Round, Standing, Title
from publishing import workflow
from publishing.models import Redirect
from tests.desk import director, logged_in, page, sent_by_browser
from tests.honors.rolls import clerk, make_place, make_round, make_sheet, make_source, make_title, verifier
from tests.makers import approve, chief, colleague, make_identity, revision
from tests.tables import csv_text

pytestmark = pytest.mark.django_db

HEAD = ["地方", "称号", "届次", "依据", "来源"]
ADDRESSES = [
    "/",
    "/honors/",
    "/honors/grid/",
    "/honors/titles/national/",
    "/honors/rounds/national-12/",
    "/honors/rounds/national-11/",
    "/honors/places/150300/",
    "/honors/places/150000/",
    "/honors/roll.csv",
    "/honors/roll.json",
    "/sitemap-rounds.xml",
]


def on_record() -> Round:
    """Two rounds with a place in both; the newer one."""
    make_identity(home_place=make_place())
    make_sheet(make_round(11, 9, 2020), make_place())
    one = make_round(announced_count=3)
    make_sheet(one, make_place())
    return one


def told(client: Client) -> dict[str, Any]:
    """What the record says of rounds, to visitors and to editors."""
    pages = {address: client.get(address) for address in ADDRESSES}
    assert {answer.status_code for answer in pages.values()} == {200}
    columns = ("place", "title", "line", "total", "lower", "upper", "as_of_cycle", "conflicts")
    return {
        **{address: b"".join(answer) for address, answer in pages.items()},
        "standings": list(Standing.objects.order_by("place", "title").values_list(*columns)),
        "series": [[one.pk for one in series.rounds] for series in standings.all_series()],
        "known": [one.pk for one in Known.load().rounds],
        "findings": [[(one.name, one.words) for one in group.findings] for group in all_groups()],
    }


def other_words(one: Round) -> Round:
    """A revision that says something else of everything that counts."""
    return revision(
        one,
        ordinal=13,
        cycle=11,
        year=2029,
        date=one.date.replace(year=2029),
        announced_count=7,
        naming_bodies="另一个机关",
        slug="national-13",
    )


def test_until_it_is_published_a_revision_counts_nowhere(client: Client) -> None:
    one = on_record()
    before = told(client)
    draft = other_words(one)
    standings.rebuild()
    assert told(client) == before
    approve(draft)
    standings.rebuild()
    assert told(client) == before
    assert client.get("/honors/rounds/national-13/").status_code == 404
    assert client.get("/honors/roll.csv?round=national-13").status_code == 400


def test_published_it_changes_the_standings_in_the_same_transaction(client: Client) -> None:
    one = on_record()
    row = Standing.objects.get()
    assert (row.lower, row.as_of_cycle) == (2, 10)
    draft = other_words(one)
    approve(draft)
    assert workflow.publish(draft, by=chief()).pk == one.pk
    row = Standing.objects.get()
    # The 12th round is now the 13th, and nothing is known of the cycle between.
    assert (row.lower, row.as_of_cycle, row.total) == (1, 11, 2)
    one.refresh_from_db()
    assert (one.label, one.awards.count(), one.sheets.count()) == ("第十三届", 1, 1)
    assert not Round.objects.filter(pk=draft.pk).exists()


def test_a_new_name_in_the_address_leads_on_from_the_old_one(client: Client) -> None:
    one = on_record()
    draft = revision(one, slug="national-twelve")
    assert not Redirect.objects.exists()
    approve(draft)
    workflow.publish(draft, by=chief())
    assert client.get("/honors/rounds/national-twelve/").status_code == 200
    answer = client.get("/honors/rounds/national-12/")
    assert (answer.status_code, answer["Location"]) == (301, "/honors/rounds/national-twelve/")
    back = revision(Round.objects.get(pk=one.pk), slug="national-12")
    approve(back)
    workflow.publish(back, by=chief())
    assert client.get("/honors/rounds/national-12/").status_code == 200
    assert client.get("/honors/rounds/national-twelve/")["Location"] == "/honors/rounds/national-12/"


def test_a_draft_of_a_round_may_change_its_name_without_a_trace() -> None:
    one = make_round()
    Round.objects.update(status="draft", published_at=None)
    one.refresh_from_db()
    one.slug = "other"
    one.save()
    assert not Redirect.objects.exists()


def test_a_revision_cannot_take_the_name_or_the_ordinal_of_another_round() -> None:
    on_record()
    draft = revision(make_round(), slug="national-11", ordinal=11)
    reasons = workflow.submit_obstacles(draft, by=colleague("撰稿人"))
    assert reasons == ["这个称号已经有同一届次。", "这个地址名已经有一届在用。"]


# --- What a review is bound to -----------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["enter", "verify"])
def test_sheets_send_no_round_in_review_back(act: str) -> None:
    draft = approve(revision(on_record()))
    sheet = make_sheet(make_round(), make_place("150200", "包头市"), verified=False)
    if act == "verify":
        records.verify(sheet, by=verifier())
    assert not workflow.note_edit(draft, by=None)
    assert workflow.approval_obstacles(draft) == []
    assert workflow.publish(draft, by=chief()).is_published()


def test_another_announced_count_sends_it_back() -> None:
    draft = approve(revision(on_record()))
    draft.announced_count = 4
    draft.save()
    assert workflow.note_edit(draft, by=colleague("撰稿人"))
    assert draft.status == "draft"


def test_an_internal_note_sends_nothing_back_and_comes_along() -> None:
    one = on_record()
    draft = approve(revision(one))
    draft.note = "给同事看的话"
    draft.save()
    assert not workflow.note_edit(draft, by=colleague("撰稿人"))
    assert workflow.publish(draft, by=chief()).note == "给同事看的话"


# --- What can be chosen ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "field"), [("rollsheet", "round"), ("claim", "as_of")])
def test_no_form_offers_a_revision(model: str, field: str) -> None:
    one = on_record()
    other_words(one)
    query = {"term": "", "app_label": "honors", "model_name": model, "field_name": field}
    found = director().get(reverse("admin:autocomplete"), query).json()["results"]
    assert {each["id"] for each in found} == {str(one.pk), str(make_round(11, 9, 2020).pk)}


def test_a_sheet_of_a_revision_is_refused_in_words() -> None:
    draft = other_words(on_record())
    client = logged_in("clerk", "view_rollsheet", "add_rollsheet", "change_rollsheet")
    form = {"round": draft.pk, "scope": "", "basis": "list", "source": make_source().pk, "note": ""}
    answer = client.post(reverse("admin:honors_rollsheet_add"), form)
    assert "选择一个有效的选项" in answer.context["adminform"].form.errors["round"][0]
    assert not draft.sheets.exists()


@pytest.mark.parametrize("kind", ["sheet", "award", "claim"])
def test_the_models_refuse_a_revision_too(kind: str) -> None:
    draft, place, source = other_words(on_record()), make_place("150200", "包头市"), make_source()
    rows = {
        "sheet": RollSheet(round=draft, basis="list", source=source, entered_by=clerk()),
        "award": Award(round=draft, place=place),
        "claim": Claim(
            place=place,
            title=make_title(),
            kind="streak",
            value=2,
            as_of=draft,
            quote="二连冠",
            source=source,
        ),
    }
    with pytest.raises(ValidationError) as refusal:
        rows[kind].full_clean()
    assert set(refusal.value.error_dict) == {"as_of" if kind == "claim" else "round"}


# --- Imports -----------------------------------------------------------------------------------------------


def test_an_import_finds_the_round_and_never_its_revision() -> None:
    one = on_record()
    revision(one)
    make_place("150200", "包头市")
    row = ["包头市", "全国双拥模范城（县）", "第十二届", "名单", "测试日报"]
    report = import_roll(csv_text(HEAD, row).encode(), by=clerk())
    assert [sheet.round_id for sheet in report.sheets] == [one.pk]


def test_an_import_does_not_know_what_only_a_revision_says() -> None:
    other_words(on_record())
    make_place("150200", "包头市")
    row = ["包头市", "全国双拥模范城（县）", "第十三届", "名单", "测试日报"]
    report = import_roll(csv_text(HEAD, row).encode(), by=clerk())
    assert "没有届次“第十三届”" in report.lines[0].words and report.sheets == []


def test_an_import_changes_nothing_that_the_round_declares() -> None:
    one, place = on_record(), make_place("150200", "包头市")
    fields = {name: getattr(one, name) for name in Round.content_fields}
    row = [place.name, "全国双拥模范城（县）", "第十二届", "名单", "测试日报", "11"]
    report = import_roll(csv_text([*HEAD, "命名周期"], row).encode(), by=clerk())
    assert "与第十二届不符" in report.lines[0].words
    import_roll(csv_text(HEAD, row[:-1]).encode(), by=clerk())
    one.refresh_from_db()
    assert {name: getattr(one, name) for name in Round.content_fields} == fields


# --- The desk ----------------------------------------------------------------------------------------------


def test_the_list_of_titles_counts_rounds_once() -> None:
    other_words(on_record())
    rows = director().get(reverse("admin:honors_title_changelist")).context["cl"].result_list
    assert [(one.slug, one.rounds_count) for one in rows] == [("national", 2)]


def test_the_list_of_rounds_says_that_sheets_stay_with_the_round() -> None:
    one = on_record()
    draft = other_words(one)
    answer = director().get(reverse("admin:honors_round_changelist"))
    admin = answer.context["cl"].model_admin
    rows = {
        row.pk: (admin.held_of_announced(row), admin.sheets_count(row))
        for row in answer.context["cl"].result_list
    }
    assert (rows[one.pk], rows[draft.pk]) == (("1／3", "1"), ("见原届次／7", "见原届次"))


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_of_rounds_asks_the_same_queries_for_one_and_for_many(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    title: Title = make_title()
    for ordinal in range(1, number + 1):
        revision(make_round(ordinal, ordinal, 1990 + ordinal, title))
    client = director()
    client.get(reverse("admin:honors_round_changelist"))
    with django_assert_num_queries(9):
        assert client.get(reverse("admin:honors_round_changelist")).status_code == 200


STATES = ["draft", "in_review", "approved", "live", "archived", "withdrawn", "revision"]


def in_state(state: str) -> Round:
    if state == "revision":
        return revision(make_round())
    if state in {"live", "archived", "withdrawn"}:
        one = make_round()
        if state == "archived":
            workflow.archive(one, by=chief())
        if state == "withdrawn":
            workflow.withdraw(one, by=chief(), reason="核对中")
        return one
    day, source = date(2025, 1, 1), make_source()
    one = Round.objects.create(
        title=make_title(), slug="national-12", ordinal=12, cycle=10, year=2025, date=day, source=source
    )
    if state == "in_review":
        workflow.submit(one, by=colleague("撰稿人"))
    return approve(one) if state == "approved" else one


@pytest.mark.parametrize("state", STATES)
def test_the_form_of_a_round_in_every_state(state: str) -> None:
    one = in_state(state)
    client = director()
    form = sent_by_browser(page(client, "honors_round_change", one.pk))
    is_open = state in {"draft", "in_review", "approved", "revision"}
    assert ("announced_count" in form) == is_open
    given = {
        "title": one.title_id, "slug": one.slug, "ordinal": 12, "year": 2025, "date": "2025-01-01",
        "date_precision": "year", "cycle": 10, "naming_bodies": "全国双拥工作领导小组", "document_no": "",
        "announced_count": 9, "source": one.source_id, "note": "", "opened_version": one.lock_version,
    }  # fmt: skip
    answer = client.post(reverse("admin:honors_round_change", args=[one.pk]), given)
    assert answer.status_code == (302 if is_open else 200)
    one.refresh_from_db()
    assert one.announced_count == (9 if is_open else None)
    if not is_open:
        assert (
            "不能再直接修改" in answer.content.decode() and "全国双拥工作领导小组" in answer.content.decode()
        )
    elif state in {"in_review", "approved"}:
        assert one.status == "draft"
