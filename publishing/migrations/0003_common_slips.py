"""Slips of the pen that input methods and text recognition make in words of this work. Editors add their own."""

from django.db import migrations

SLIPS = [
    ("摸范", "模范"), ("模犯", "模范"), ("膜范", "模范"), ("模范诚", "模范城"), ("摸范城", "模范城"),
    ("双佣", "双拥"), ("双雍", "双拥"), ("双拥工做", "双拥工作"), ("双勇工作", "双拥工作"),
    ("扶恤", "抚恤"), ("抚血金", "抚恤金"), ("抚恤经", "抚恤金"), ("优扶", "优抚"), ("优抚队象", "优抚对象"),
    ("拥军优蜀", "拥军优属"), ("拥军忧属", "拥军优属"), ("拥政爱名", "拥政爱民"), ("拥正爱民", "拥政爱民"),
    ("军蜀", "军属"), ("军人家蜀", "军人家属"), ("随军家蜀", "随军家属"), ("烈蜀", "烈属"),
    ("烈土", "烈士"), ("烈士陵圆", "烈士陵园"), ("烈士记念", "烈士纪念"), ("记念设施", "纪念设施"),
    ("退役军入", "退役军人"), ("现役军入", "现役军人"), ("退伍军入", "退伍军人"), ("退役军人事物", "退役军人事务"),
    ("慰问全", "慰问金"), ("优侍", "优待"), ("优待正", "优待证"), ("优待政", "优待证"), ("光容牌", "光荣牌"),
    ("光荣排", "光荣牌"), ("立攻", "立功"), ("转业安至", "转业安置"), ("就业安治", "就业安置"),
    ("国防教育其地", "国防教育基地"), ("签定协议", "签订协议"), ("军民溶合", "军民融合"), ("崇军联蒙", "崇军联盟"),
    ("舰企共健", "舰企共建"), ("军民共健", "军民共建"), ("结队共建", "结对共建"), ("双清弹", "双清单"),
]  # fmt: skip


def enter(apps, schema_editor):
    slips = apps.get_model("publishing", "Slip").objects.using(schema_editor.connection.alias)
    slips.bulk_create([slips.model(wrong=wrong, right=right) for wrong, right in SLIPS])


def take_out(apps, schema_editor):
    slips = apps.get_model("publishing", "Slip").objects.using(schema_editor.connection.alias)
    for wrong, right in SLIPS:
        slips.filter(wrong=wrong, right=right).delete()


class Migration(migrations.Migration):
    dependencies = [("publishing", "0002_preflight_tables")]
    operations = [migrations.RunPython(enter, take_out)]
