"""What the quality issues of the demo company say: the sparking terminals, and the noise of closing moulds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class IssueStory:
    """What is found out about one fault: facts, causes with one why below the first, measures, and whose it is; what
    was found and how much of it was bad at each place."""

    facts: tuple[tuple[str, str, str, str], ...]
    whys: tuple[tuple[str, str, str, bool, str], ...]
    deeper: tuple[str, str]
    finding: str
    reason: str
    contained: tuple[tuple[str, int, int], ...]
    measures: tuple[tuple[str, str, str], ...]


SPARK = IssueStory(
    (("what", "端子处过热", "线束本体", "压接工位换过工具"), ("when", "3 月起", "1、2 月", "新工具启用")),
    (
        ("machine", "occurrence", "拧紧工具扭矩漂移", True, "扭矩复测 30 件，8 件低于下限"),
        ("method", "escape", "出货检验不测压接力", True, "检验规程 V2 无此项"),
        ("method", "system", "关键工序未列入控制计划", True, "控制计划评审记录"),
        ("material", "occurrence", "端子来料镀层不良", False, "来料检验 32 件合格"),
        ("people", "occurrence", "新员工未培训", False, "培训记录齐全"),
    ),
    ("未按班次校准", "校准台账缺 11 次"),
    "专家论证：压接力不足导致接触电阻升高。",
    "装配工序未校准，属内部责任",
    (("own_stock", 240, 9), ("transit", 60, 1), ("customer", 35, 4)),
    (
        ("interim", "在库品全检压接力", "零流出"), ("corrective", "拧紧工具每班校准", "Cpk ≥ 1.33"),
        ("preventive", "压接力列入控制计划并在线监测", "同类工位全部覆盖"),
    ),
)  # fmt: skip
NOISE = IssueStory(
    (("what", "导柱与导套之间", "顶出机构", "只有导柱有拉伤"), ("when", "合模后段", "开模时", "此时导柱受侧向力")),
    (
        ("method", "occurrence", "导套油槽加工深度不足，润滑脂存不住", True, "复测 12 件，5 件油槽深度低于图纸下限"),
        ("measurement", "escape", "出厂试模只跑 30 模，未达到缺油状态", True, "试模记录 30 模，异响出现在 2000 模以后"),
        ("method", "system", "油槽深度未列入控制计划", True, "控制计划评审记录"),
        ("material", "occurrence", "导柱硬度不足", False, "硬度复测 58～60 HRC，合格"),
        ("people", "occurrence", "客户未按手册加注润滑脂", False, "现场保养记录齐全"),
    ),
    ("铣刀磨损后未更换", "刀具寿命记录超期 9 天"),
    "专家论证：油槽过浅，导柱缺油产生拉伤，合模时异响。",
    "加工工序未控制油槽深度，属内部责任",
    (("own_stock", 12, 5), ("customer", 6, 2)),
    (
        ("interim", "在库导套全检油槽深度", "零流出"), ("corrective", "油槽铣刀按寿命强制更换", "Cpk ≥ 1.33"),
        ("preventive", "油槽深度列入控制计划并首件检验", "同类导套全部覆盖"),
    ),
)  # fmt: skip
EIGHT_D = (
    ("d0", "停售在库产品，通知经销商停止销售。"),
    ("d1", "组长沈洁，成员丁一鸣；工程部何伟负责试验。"),
    ("d2", "{goods}接线端子打火，涉及 3 月以后生产的批次，{count} 件投诉。"),
    ("d3", "在库、在途及经销商处产品全部排查，不良品已隔离。"),
    ("d4", "拧紧与压接工具未按班次校准，压接力不足；出货检验未覆盖。"),
    ("d5", "压接工具每班校准，压接力在线监测。"),
)
FLOW = (
    ("来料检验", "端子镀层抽检", False), ("线束压接", "压接高度首检", True), ("整机装配", "扭矩点检", True),
    ("通电老化", "30 分钟", False), ("出货检验", "未检压接力", True), ("包装发运", "", False),
)  # fmt: skip
