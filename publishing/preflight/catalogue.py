"""The kinds of findings: a stable id, how serious it is, and what the editor does about it.

Ids stand in overrides, logs and the documentation: one that is given up is never used again.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class Level(TextChoices):
    """What a finding does to publishing; the most serious first."""

    BLOCK = "block", "不能发布"
    SECOND = "second", "需要另一人确认"
    WARN = "warn", "提醒"


@dataclass(frozen=True, slots=True)
class Kind:
    level: Level
    name: str
    hint: str


BLOCK, SECOND, WARN = Level.BLOCK, Level.SECOND, Level.WARN

KINDS: dict[str, Kind] = {
    "pii.id18": Kind(BLOCK, "身份证号", "请删去，或只留后 4 位。附件请在原文件里改好（包括隐藏的行、列和工作表），再重新上传。"),
    "pii.id18-rounded": Kind(
        SECOND, "疑似身份证号（尾数被表格软件改成了 0）",
        "表格里存成数字的身份证号，前 15 位还是真的。请整列删去；确实不是的，写明理由，请另一位同事确认。",
    ),
    "pii.id18-like": Kind(WARN, "像身份证号，但校验码不对", "可能是号码打错了一位。是身份证号就请删去。"),
    "pii.id15": Kind(SECOND, "疑似 15 位旧身份证号", "是身份证号就请删去；不是的，写明理由，请另一位同事确认。"),
    "pii.mobile": Kind(
        SECOND, "手机号码",
        "个人号码请删去，或写成“138****5678”的样子。是对外公布的工作电话的，写明理由，请另一位同事确认。",
    ),
    "pii.bank-card": Kind(BLOCK, "银行卡号", "请删去，或只留后 4 位。"),
    "pii.bank-card-like": Kind(SECOND, "疑似银行卡号", "是卡号就请删去；是订单号、项目编号等的，写明理由，请另一位同事确认。"),
    "pii.soldier-card": Kind(BLOCK, "军人证件号", "军官证、士兵证等证件的号码不得公开，请删去。"),
    "pii.address": Kind(WARN, "写到门牌号的地址", "是个人住址就请删去或只写到街道；单位的公开地址可以保留。"),
    "military.cover-number": Kind(
        BLOCK, "部队代号",
        "请改用公开称谓，如“驻军某部”。军方书面同意公开的，由两个人登记到“准予公开的称谓”后才能发布。",
    ),
    "military.designation": Kind(
        BLOCK, "疑似部队番号",
        "请改用公开称谓。已公开的荣誉称号，或其实不是部队（如“刑侦三大队”）的，由两个人登记到“准予公开的称谓”。",
    ),
    "military.photo-position": Kind(
        BLOCK, "照片带有拍摄位置", "请在原文件里删去这些照片，或先去掉照片的位置信息再插入，然后重新上传附件。"
    ),
    "file.unread": Kind(
        SECOND, "未能检查",
        "系统读不出这个文件的文字（扫描件、过大或损坏）。请把每一页看一遍，确认没有个人信息和涉军内容，再请另一位同事确认。",
    ),
    "file.cut": Kind(SECOND, "未能检查完", "只检查了前 100 万字。请拆成几个文件，或看过其余部分，请另一位同事确认。"),
    "file.pictures": Kind(
        SECOND, "附件里的图片未能检查",
        "系统看不懂图片里的字。请逐张看过，没有证件、名单、涉军内容和营区照片，再请另一位同事确认。",
    ),
    "file.missing": Kind(BLOCK, "附件的文件不见了", "访客会打不开。请删去这个附件，重新上传。"),
    "wording.slip": Kind(WARN, "疑似错别字", "请核对原文后改正；原文如此的，可以写明理由忽略。"),
    "link.dead": Kind(WARN, "链接打不开", "请改成现在的地址，或去掉链接。"),
    "link.malformed": Kind(WARN, "链接不完整", "外部网址要以 http:// 或 https:// 开头，本站地址以“/”开头。"),
    "picture.alt": Kind(WARN, "图片没有说明", "请在“替代文字”里用一句话说清图里有什么，不要写文件名。"),
    "content.source": Kind(WARN, "没有来源", "请填写来源，发布前必填。"),
    "content.keywords": Kind(WARN, "没有关键词", "请填写关键词，用逗号分开，写入网页标签供搜索使用。"),
    "content.column": Kind(WARN, "栏目资料不全", "请补全栏目的说明和关键词，检查网页标签时会看。"),
    "content.streak": Kind(WARN, "连冠或次数与记录不符", "请核对来源。是本站缺记录的，请通知荣誉管理补录。"),
}  # fmt: skip
