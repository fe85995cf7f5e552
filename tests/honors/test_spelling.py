import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from honors.spelling import folded_pinyin, plain, simplified

DATA = Path(settings.BASE_DIR) / "honors" / "data"


def rows(name: str, folder: Path = DATA) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Names that hold a character of several readings, or one that is often misread.
HARD_NAMES = """
单县 shanxian 浚县 xunxian 六合区 luhequ 涡阳县 guoyangxian 洪洞县 hongtongxian 蔚县 yuxian 乐亭县 laotingxian
乐陵市 laolingshi 莘县 shenxian 东阿县 dongexian 六安市 luanshi 亳州市 bozhoushi 台州市 taizhoushi 丽水市 lishuishi
铅山县 yanshanxian 婺源县 wuyuanxian 黄陂区 huangpiqu 监利市 jianlishi 郧阳区 yunyangqu 枞阳县 zongyangxian
歙县 shexian 繁峙县 fanshixian 长治市 changzhishi 长沙市 changshashi 长垣市 changyuanshi 长子县 zhangzixian
子长市 zichangshi 重庆市 chongqingshi 厦门市 xiamenshi 番禺区 panyuqu 吐鲁番市 tulufanshi 大埔县 dabuxian
黄埔区 huangpuqu 乐清市 yueqingshi 乐山市 leshanshi 乐都区 leduqu 南乐县 nanlexian 西藏自治区 xizangzizhiqu
蚌埠市 bengbushi 蚌山区 bengshanqu 巴彦淖尔市 bayannaoershi 尉犁县 yulixian 尉氏县 weishixian 若羌县 ruoqiangxian
都匀市 duyunshi 曾都区 zengduqu 珲春市 hunchunshi 漯河市 luoheshi 荥阳市 xingyangshi 荥经县 yingjingxian
筠连县 junlianxian 马尾区 maweiqu 闵行区 minhangqu 行唐县 xingtangxian 泌阳县 biyangxian 牟平区 mupingqu
牟定县 moudingxian 克什克腾旗 keshiketengqi 喀什市 kashishi 锡林郭勒盟 xilinguolemeng 弥勒市 mileshi
宕昌县 tanchangxian 吴堡县 wubuxian 崆峒区 kongtongqu 勐海县 menghaixian 犍为县 qianweixian 邗江区 hanjiangqu
盱眙县 xuyixian 郫都区 piduqu 邛崃市 qionglaishi 鄄城县 juanchengxian 莒县 juxian 东莞市 dongguanshi
吕梁市 lvliangshi 旅顺口区 lvshunkouqu 穆棱市 mulingshi 伽师县 jiashixian 泊头市 botoushi 大城县 daichengxian
覃塘区 qintangqu 召陵区 shaolingqu 龙圩区 longxuqu 内蒙古自治区 neimengguzizhiqu 佛坪县 fopingxian
"""


def test_hard_names_are_spelt_as_they_are_spoken() -> None:
    spelt: dict[str, set[str]] = {}
    for row in rows("places.csv"):
        spelt.setdefault(row["name"], set()).add(row["pinyin"])
    words = HARD_NAMES.split()
    for name, pinyin in zip(words[::2], words[1::2], strict=True):
        assert spelt[name] == {pinyin}
    assert spelt["朝阳区"] == {"chaoyangqu"}
    assert spelt["朝阳市"] == {"chaoyangshi"}


def test_every_place_has_initials_for_each_character() -> None:
    for row in [*rows("places.csv"), *rows("abolished_places.csv")]:
        assert len(row["initials"]) == len(row["name"]), row
        assert row["pinyin"][0] == row["initials"][0], row
        assert row["pinyin"] == folded_pinyin(row["pinyin"]), row


def test_every_override_changes_a_name() -> None:
    names = [row["name"] for row in rows("places.csv")]
    for row in rows("pinyin_overrides.csv"):
        assert any(row["text"] in name for name in names), row


def test_the_script_makes_the_pinyin_that_is_shipped(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    for name in ("places.csv", "abolished_places.csv"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("shi,", "SHI,"), encoding="utf-8")
    subprocess.run([sys.executable, folder / "convert.py"], check=True, capture_output=True)
    for name in ("places.csv", "abolished_places.csv"):
        assert rows(name, folder) == rows(name)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("wuhai", "wuhai"),
        (" Wū Hǎi ", "wuhai"),
        ("ｗｕｈａｉ", "wuhai"),
        ("Xi’an", "xian"),
        ("dong-e", "donge"),
        ("lǜ", "lv"),
        ("Lyuliang", "lvliang"),
        ("lüeyang", "lveyang"),
        ("jinyuanqu", "jinyuanqu"),
        ("乌海", ""),
        ("wu海", ""),
        ("150300", ""),
        ("", ""),
    ],
)
def test_pinyin_is_folded(text: str, folded: str) -> None:
    assert folded_pinyin(text) == folded


def test_spaces_and_full_width_forms_do_not_matter() -> None:
    assert plain("\u3000乌 海\t市（Ａ１）\n") == "乌海市(A1)"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("廈門市", "厦门市"),
        ("乾縣", "乾县"),
        ("臺灣省", "台湾省"),
        ("乌海市", "乌海市"),
        ("wuhai", "wuhai"),
        ("", ""),
    ],
)
def test_traditional_becomes_simplified(text: str, result: str) -> None:
    assert simplified(text) == result
