"""Places and sources as files name them: found at a fixed number of queries, or refused with the reason."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from honors.lookups import UNIDENTIFIED, PlaceBook, SourceBook
from honors.models import Source
from tests.honors.rolls import make_place, make_province, make_source

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        act()
    return " ".join(caught.value.messages)


class TestPlaces:
    def test_three_hundred_rows_cost_two_queries(self, django_assert_num_queries: Any) -> None:
        places = [
            make_place(f"15{index // 100 + 10}{index % 100:02}", f"测试{index}市") for index in range(300)
        ]
        with django_assert_num_queries(2):
            book = PlaceBook()
            assert [book.place(place.name, province="内蒙古自治区") for place in places] == places
            assert [book.place(place.name, code=place.code) for place in places] == places

    def test_the_name_as_people_type_it(self) -> None:
        place = make_place()
        book = PlaceBook()
        assert book.place(" 乌海　市 ") == book.place("乌海市", province="内蒙古 自治区") == place
        assert book.place("内蒙古自治区乌海市", code="150300") == place

    def test_a_name_that_nobody_bears_is_asked_for_once(self, django_assert_max_num_queries: Any) -> None:
        make_place()
        book = PlaceBook()
        said = refused(lambda: book.place("无此市"))
        assert "无此市" in said
        with django_assert_max_num_queries(0):
            assert refused(lambda: book.place("无此市")) == said

    def test_a_code_has_to_agree_with_the_name_and_the_province(self) -> None:
        make_place()
        make_province("130000", "河北省")
        book = PlaceBook()
        assert refused(lambda: book.place("乌海市", code="999999")) == "没有区划代码为“999999”的地方。"
        assert "不是“包头市”" in refused(lambda: book.place("包头市", code="150300"))
        assert refused(lambda: book.place("乌海市", code="150300", province="河北省")) == (
            "内蒙古自治区乌海市不在河北省。"
        )
        assert refused(lambda: book.place(" ", code="150300")) == "没有填写地方。"


class TestSources:
    def test_a_stored_source_by_name_and_address(self, django_assert_num_queries: Any) -> None:
        plain = make_source("某报")
        first = Source.objects.create(name="某网", kind="media", url="https://paper.example/1")
        Source.objects.create(name="某网", kind="media", url="https://paper.example/2")
        with django_assert_num_queries(1):
            book = SourceBook()
            assert book.source("某报").source == plain
            said = book.source("某网", "https://paper.example/1")
            assert said.source == first and said.candidates == {first.pk} and said.remark == ""
            assert said.stored() == first
            said.refuse_as_new()
        assert said.key == ("某网", "https://paper.example/1")
        assert said.means(first.pk, identified=True) and not said.means(plain.pk, identified=True)

    def test_a_name_that_several_bear_may_mean_each_of_them_but_enters_nothing(self) -> None:
        both = [Source.objects.create(name="双名报", kind="media") for _ in range(2)]
        said = SourceBook().source("双名报")
        assert said.source is None and said.key is None
        assert all(said.means(one.pk, identified=True) for one in both)
        assert "分不清是哪一个" in refused(said.refuse_as_new)

    def test_a_new_source_is_made_once_and_stored_when_it_is_needed(self) -> None:
        book = SourceBook()
        first, again = (book.source("新报", "https://paper.example/1") for _ in range(2))
        assert first.source is again.source and first.remark == "新来源，将一并建立"
        assert not first.means(1, identified=True)
        assert not Source.objects.exists()
        assert first.stored() == again.stored() == Source.objects.get()
        assert (Source.objects.get().name, Source.objects.get().url) == ("新报", "https://paper.example/1")

    def test_what_is_still_to_be_found_means_any_unidentified_source(self) -> None:
        said = SourceBook(make_source("某报")).source(UNIDENTIFIED)
        assert said.means(7, identified=False) and not said.means(7, identified=True)
        assert refused(said.refuse_as_new) == "“来源待补”不是来源，新的行须写明来源名称。"

    def test_an_unidentified_source_is_not_found_by_its_inner_name(self) -> None:
        rumour = make_source("当地报道", identified=False)
        said = SourceBook().source("当地报道")
        assert said.source is not None and said.source.pk is None
        assert not said.means(rumour.pk, identified=False)

    def test_a_default_stands_for_none(self) -> None:
        default = make_source("某报")
        assert SourceBook(default).source("").source == default
        assert SourceBook(default).source("别报").source != default
        assert refused(lambda: SourceBook().source("")) == "没有填写来源。"

    @pytest.mark.parametrize(("name", "url"), [("长" * 121, ""), ("某报", "javascript:alert(1)")])
    def test_what_could_not_be_stored_is_refused_at_once(self, name: str, url: str) -> None:
        assert refused(lambda: SourceBook().source(name, url)).startswith("来源：")
