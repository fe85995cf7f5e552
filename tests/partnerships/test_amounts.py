from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from partnerships import amounts
from partnerships.models import Agreement


@pytest.mark.parametrize(
    ("text", "yuan", "exact"),
    [
        ("42.79万元", "427900", True),
        ("约42.79万元", "427900", False),
        ("4.45亿元", "445000000", True),
        ("280多万元", "2800000", False),
        ("1669.5万元", "16695000", True),
        ("一百万元", "1000000", True),
        ("十几万元", "100000", False),
        ("壹佰万圆整", "1000000", True),
        ("三百二十元", "320", True),
        ("一千零五元", "1005", True),
        ("两亿元", "200000000", True),
        ("1,234,567元", "1234567", True),
        ("４２.７９ 万元", "427900", True),
        ("近3千万元", "30000000", False),
        ("人民币50万元左右", "500000", False),
        ("2万亿元", "2000000000000", True),
        ("100萬元", "1000000", True),
    ],
)
def test_an_amount_is_read_as_printed(text: str, yuan: str, exact: bool) -> None:
    amounts.validate_amount(text)
    assert amounts.read(text) == amounts.Amount(Decimal(yuan), exact)


@pytest.mark.parametrize(
    "text", ["", "物资一批", "每年50万元，共3年", "42.79万元和3万元", "万元", "数十万元", "-5元"]
)
def test_what_is_no_single_amount_is_not_read(text: str) -> None:
    amounts.validate_amount(text)
    assert amounts.read(text) is None


@pytest.mark.parametrize("text", ["一百万", "42.79万", "100", "约3亿"])
def test_a_number_without_its_unit_is_refused_with_what_to_write(text: str) -> None:
    assert amounts.read(text) is None
    with pytest.raises(ValidationError, match="没有写单位.*请写全"):
        amounts.validate_amount(text)


def test_an_amount_that_the_column_cannot_hold_is_refused() -> None:
    with pytest.raises(ValidationError, match="太大了"):
        amounts.validate_amount("999999万亿元")


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        ("427900", "42.79万元"),
        ("445000000", "4.45亿元"),
        ("800", "800元"),
        ("12345.67", "12345.67元"),
        ("0", "0元"),
    ],
)
def test_an_amount_is_printed_as_offices_do(yuan: str, text: str) -> None:
    assert amounts.words(Decimal(yuan)) == text
    assert amounts.read(text) == amounts.Amount(Decimal(yuan), exact=True)


def test_the_form_fills_in_the_missing_half() -> None:
    agreement = Agreement(amount_text="约42.79万元")
    agreement.clean()
    assert (agreement.amount_yuan, agreement.amount_is_exact) == (Decimal("427900.00"), False)
    agreement = Agreement(amount_yuan=Decimal("445000000"))
    agreement.clean()
    assert (agreement.amount_text, agreement.amount_is_exact) == ("4.45亿元", True)


def test_money_that_contradicts_the_print_is_refused() -> None:
    with pytest.raises(ValidationError, match="与原文“4.45亿元”不符，应为 445000000"):
        Agreement(amount_text="4.45亿元", amount_yuan=Decimal("4.45")).clean()
    # What cannot be read as one amount is the editor's to say.
    Agreement(amount_text="每年50万元，共3年", amount_yuan=Decimal("1500000")).clean()
