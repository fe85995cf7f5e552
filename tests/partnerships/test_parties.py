from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from honors.models import Place
from partnerships.models import Agreement, Counterpart, Partner, PartnerName
from partnerships.parties import all_similar, merge, similar
from partnerships.spelling import key_of, pinyin_of
from publishing.workflow import Refused
from tests.partnerships.pacts import make_pact


@pytest.fixture
def place(db: None) -> Place:
    return Place.objects.create(
        code="150000", name="内蒙古自治区", kind="autonomous_region", level="province"
    )


def company(name: str, place: Place | None = None, **fields: object) -> Partner:
    return Partner.objects.create(name=name, kind="enterprise", place=place, **fields)


SPELLINGS = [
    "君正集团",
    " 君正集团 ",
    "君 正 集 团",
    "君正·集团",
    "君正-集团",
    "君正集團",
    "“君正”集团",
    "君正\u200b集团",
]


def test_spellings_of_one_name_share_a_key() -> None:
    assert {key_of(name) for name in SPELLINGS} == {"君正集团"}
    assert key_of("ＡＢＣ（乌海）公司") == key_of("abc(乌海)公司")
    assert key_of("君正集团（乌海）") != key_of("君正集团")


@pytest.mark.parametrize("name", SPELLINGS[1:])
@pytest.mark.parametrize("has_place", [True, False])
def test_the_same_partner_under_two_spellings_is_refused(place: Place, name: str, has_place: bool) -> None:
    where = place if has_place else None
    company("君正集团", where)
    with pytest.raises(ValidationError, match="已有同名的共建单位"):
        Partner(name=name, kind="enterprise", place=where).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        company(name, where)


def test_the_same_counterpart_under_two_spellings_is_refused(db: None) -> None:
    Counterpart.objects.create(public_name="海军乌海舰", kind="ship")
    with pytest.raises(ValidationError, match="已有同名的军方对象"):
        Counterpart(public_name="海军 烏海舰", kind="ship").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Counterpart.objects.create(public_name="海军·乌海舰", kind="ship")


@pytest.mark.parametrize("name", ["···", "“”", "\u200b"])
def test_a_name_without_letters_is_refused(db: None, name: str) -> None:
    with pytest.raises(ValidationError):
        Partner(name=name, kind="other").full_clean()


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("君正集团", "junzhengjituan", "jzjt"),
        ("127家爱国拥军志愿服务企业", "127jiaaiguoyongjunzhiyuanfuwuqiye", "127jagyjzyfwqy"),
        ("单县ABC公司", "shanxianabcgongsi", "sxabcgs"),
        ("吕梁绿源（集团）", "lvlianglvyuanjituan", "lllyjt"),
    ],
)
def test_names_are_spelt_as_they_are_typed(name: str, pinyin: str, initials: str) -> None:
    assert pinyin_of(name) == (pinyin, initials)


@pytest.mark.parametrize(
    "text",
    [
        "君正",
        "君正集團",
        "junzheng",
        "JunZheng",
        "jzjt",
        "zhengjituan",
        "内蒙古君正",
        "neimenggujun",
        "集 团",
    ],
)
def test_partners_are_found_by_name_other_name_and_pinyin(place: Place, text: str) -> None:
    found, _ = company("君正集团", place), company("演示公司", place)
    PartnerName.objects.create(partner=found, name="内蒙古君正能源")
    assert list(Partner.objects.matching(text)) == [found]


def test_a_look_up_names_a_partner_once(place: Place) -> None:
    found = company("君正集团", place)
    PartnerName.objects.create(partner=found, name="君正能源")
    PartnerName.objects.create(partner=found, name="君正化工")
    assert list(Partner.objects.matching("君正")) == [found]
    assert Partner.objects.matching("  ").count() == 1
    assert not Partner.objects.matching("没有这个").exists()


def test_another_name_may_not_mean_two_partners(place: Place) -> None:
    one, other = company("君正集团", place), company("东源科技", place)
    name = PartnerName(partner=other, name="君正 集团")
    with pytest.raises(ValidationError, match="另有共建单位“君正集团”用这个名称"):
        name.full_clean()
    PartnerName.objects.create(partner=one, name="君正能源")
    with pytest.raises(ValidationError, match="是共建单位“君正集团”的另一个名称"):
        Partner(name="君正 能源", kind="enterprise", place=place).full_clean()
    with pytest.raises(ValidationError, match="与单位名称相同"):
        PartnerName(partner=one, name="君正·集团").full_clean()
    PartnerName(partner=one, name="君正化工").full_clean()


@pytest.mark.parametrize("name", ["12345部队", "第 ３ 团"])
def test_another_name_tells_of_no_unit(place: Place, name: str) -> None:
    one = company("君正集团", place)
    with pytest.raises(ValidationError):
        PartnerName(partner=one, name=name).full_clean()
    with pytest.raises(ValidationError):
        PartnerName.objects.create(partner=one, name=name)


def test_names_that_contain_each_other_are_told_to_editors(place: Place) -> None:
    one, other = company("君正集团", place), company("内蒙古君正集团", place)
    company("君正集团", None)
    company("正集", place)  # two characters say nothing
    company("15家君正集团", place, is_group=True, group_size=15)
    assert similar(one) == [other]
    assert similar(other) == [one]
    assert all_similar() == [(one, other)]


def test_two_partners_become_one_and_nothing_is_lost(place: Place) -> None:
    by = User.objects.create_user("office")
    keep, other = company("内蒙古君正集团", place), company("君正集团", place)
    PartnerName.objects.create(partner=other, name="君正能源")
    both = Agreement.objects.create(kind="other", summary="双方都在", place=place)
    both.partners.set([keep, other])
    single = Agreement.objects.create(kind="other", summary="只有一方", place=place)
    single.partners.set([other])
    merge(keep, other, by=by)
    assert [list(one.partners.all()) for one in (both, single)] == [[keep], [keep]]
    assert sorted(keep.other_names.values_list("name", flat=True)) == ["君正能源", "君正集团"]
    assert list(Partner.objects.all()) == [keep]
    assert single.history.first().history_change_reason == "合并共建单位：君正集团 → 内蒙古君正集团"
    assert single.history.first().history_user == by


def test_the_old_address_of_a_joined_partner_leads_on(place: Place, client: Client) -> None:
    by = User.objects.create_user("office")
    first, second, last = (company(name, place) for name in ("君正集团", "君正能源", "内蒙古君正集团"))
    old = [one.get_absolute_url() for one in (first, second)]
    assert [one.page_path for one in (first, second)] == old
    one = make_pact(first, at=timezone.now() - timedelta(days=1))
    assert client.get(old[0]).status_code == 200
    merge(second, first, by=by)
    merge(last, second, by=by)
    for address in old:
        assert client.get(address, follow=True).redirect_chain[-1][0] == last.get_absolute_url()
        assert one.summary in client.get(address, follow=True).content.decode()


def test_what_cannot_be_joined_is_refused(place: Place) -> None:
    by = User.objects.create_user("office")
    one, group = company("君正集团", place), company("958家企业", place, is_group=True, group_size=958)
    for keep, other, reason in ((one, group, "一批单位"), (one, one, "两个不同的单位")):
        with pytest.raises(Refused, match=reason):
            merge(keep, other, by=by)
    gone = company("演示公司", place)
    Partner.objects.filter(pk=gone.pk).delete()
    with pytest.raises(Refused, match="已经不在了"):
        merge(one, gone, by=by)
    assert Partner.objects.count() == 2
