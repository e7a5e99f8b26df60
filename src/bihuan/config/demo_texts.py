"""What the demo company makes, who buys it, and what customers say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Of:
    """Words that belong to one model."""

    model: str
    text: str


Words = tuple[str | Of, ...]


def fitting(words: Words, model: str) -> list[str]:
    """What can be said of a model: what belongs to it, and what belongs to none."""
    return [
        word if isinstance(word, str) else word.text for word in words if isinstance(word, str) or word.model == model
    ]


@dataclass(frozen=True)
class Fault:
    """A fault as customers tell it, and the codes of the positions where it is found. A model of which nothing can be
    told does not have it."""

    code: str
    name: str
    mechanism: str
    keywords: tuple[str, ...]
    texts: Words
    cause: str
    remedy: str
    places: tuple[str, ...]
    danger: bool = False


@dataclass(frozen=True)
class Line:
    """A maker with his products."""

    code: str
    name: str
    warranty: str
    months: int
    basis: str
    models: tuple[tuple[str, str], ...]
    positions: tuple[tuple[str, str], ...]
    symptoms: tuple[Fault, ...]
    custom: tuple[tuple[str, Words], ...]

    def faults_of(self, model: str) -> list[Fault]:
        """What can be wrong with a model."""
        return [fault for fault in self.symptoms if fitting(fault.texts, model)]


CITIES = (("east", "华东"), ("south", "华南"), ("north", "华北"), ("west", "西南"), ("central", "华中"))
PEOPLE = (
    ("admin", "高明", "系统管理员", "admin", ""),
    ("kefu", "林小雨", "客服专员", "service_agent", "service"),
    ("jingli", "周海峰", "售后服务经理", "after_sales_manager", "service"),
    ("gongcheng", "何伟", "技术工程师", "technical_engineer", "engineering"),
    ("weixiu", "周建国", "维修技师", "technician", "service"),
    ("xiaoshou", "孙敏", "销售人员", "sales", "sales"),
    ("zhiliang", "吴倩", "质量工程师", "quality_engineer", "quality"),
    ("zhuguan", "钱立", "公司主管领导", "leader_in_charge", ""),
    ("zong", "陈志远", "总经理", "general_manager", "gm_office"),
    ("zonggong", "马国强", "总工程师", "chief_engineer", "engineering"),
    ("zongban", "冯敏", "总经办主任", "gm_office", "gm_office"),
    ("shengchan", "丁一鸣", "生产部经理", "production_manager", "production"),
    ("zhijian", "沈洁", "质量检验员", "quality_engineer", "quality"),
    ("caiwu", "郑洁", "财务人员", "finance", "finance"),
    ("cangku", "贺明", "仓库管理员", "storekeeper", "service"),
    ("caigou", "罗芳", "采购员", "buyer", ""),
)
# Name, kind, region, address, and the lines that they buy.
CUSTOMERS = (
    ("宁波海天塑机配套有限公司", "company", "east", "宁波市北仑区小港工业大道 8 号", "mould"),
    ("重庆长风汽车零部件有限公司", "company", "west", "重庆市渝北区空港大道 19 号", "mould"),
    ("武汉华中数控装备有限公司", "company", "central", "武汉市东湖高新区光谷三路 10 号", "mould"),
    ("青岛海泰冷链设备有限公司", "company", "north", "青岛市城阳区流亭工业园 11 号", "mould"),
    ("沈阳北方重工模具厂", "company", "north", "沈阳市铁西区开发大路 12 号", "mould"),
    ("广东美星智能电器股份有限公司", "company", "south", "佛山市顺德区北滘工业大道 13 号", "mould"),
    ("厦门联创电子科技有限公司", "company", "south", "厦门市集美区软件园三期 14 号", "mould"),
    ("苏州新区精工塑胶有限公司", "company", "east", "苏州市虎丘区泰山路 15 号", "mould"),
    ("合肥晶弘电器有限公司", "company", "central", "合肥市高新区创新大道 16 号", "mould"),
    ("中建八局第三建设有限公司", "company", "east", "南京市江宁区双龙大道 17 号", "precast"),
    ("浙江建工集团有限责任公司", "company", "east", "杭州市西湖区文三路 18 号", "precast door"),
    ("上海城建市政工程有限公司", "company", "east", "上海市松江区沪松公路 19 号", "precast"),
    ("成都锦江装饰工程有限公司", "company", "west", "成都市锦江区工业园 20 号", "precast door"),
    ("杭州西湖家居广场", "company", "east", "杭州市拱墅区石祥路 21 号", "appliance door"),
    ("南京金陵置业有限公司", "company", "east", "南京市建邺区江东中路 22 号", "precast appliance door"),
    ("天津滨海酒店管理有限公司", "company", "north", "天津市滨海新区黄海路 23 号", "appliance door"),
    ("刘女士", "person", "east", "宁波市鄞州区学士路 24 号", "appliance door"),
    ("赵先生", "person", "south", "广州市天河区体育东路 25 号", "appliance door"),
    ("黄女士", "person", "central", "长沙市岳麓区麓山路 26 号", "appliance door"),
    ("马先生", "person", "north", "北京市丰台区南苑路 27 号", "appliance door"),
    ("朱女士", "person", "east", "绍兴市越城区解放路 28 号", "appliance door"),
    ("胡先生", "person", "south", "深圳市宝安区新安路 29 号", "appliance door"),
    ("郭女士", "person", "west", "昆明市五华区人民路 30 号", "appliance door"),
    ("罗先生", "person", "central", "武汉市洪山区珞喻路 31 号", "appliance door"),
)

LINES = (
    Line(
        "mould", "注塑模具", "模具合同质保 12 个月", 12, "合同约定",
        (("MD-380T", "汽车保险杠注塑模"), ("MD-120T", "家电面板注塑模"), ("MD-60P", "精密齿轮模")),
        (("core", "型芯"), ("cavity", "型腔"), ("runner", "热流道"), ("guide", "导柱导套")),
        (
            Fault("burr", "飞边", "分型面磨损", ("飞边", "毛边"), ("生产第 3 天产品一侧出现飞边，修模一次后又出现。", Of("MD-380T", "保险杠下沿飞边 0.3mm，客户主机厂拒收。"), Of("MD-120T", "面板卡扣处飞边，装配时刮手。"), Of("MD-60P", "齿轮端面飞边 0.05mm，啮合有卡点。")), "分型面局部磨损，锁模力分布不均", "修磨分型面并校正锁模力", ("cavity", "core")),
            Fault("size", "尺寸超差", "型芯偏移", ("超差", "精度", "尺寸"), (Of("MD-60P", "齿轮外径超差 0.05mm，三坐标报告见附件。"), Of("MD-120T", "面板装配孔距超差 0.2mm，与机壳装不上。"), "连续两班次尺寸偏上限，定位精度变差。"), "型芯定位销松动", "更换定位销并重新校准", ("core",)),
            Fault("leak", "热流道漏料", "密封圈老化", ("漏料", "漏胶"), ("热流道喷嘴处漏料，已停机待修，请尽快安排。", "开机升温后流道板漏胶，冒烟，现场已断电。"), "喷嘴密封圈老化失效", "更换密封圈并清理流道板", ("runner",)),
            Fault("noise", "合模异响", "导柱润滑不足", ("异响", "卡滞"), ("合模时有异响，速度降一半才能生产。", "导柱卡滞，合模异响明显。"), "导柱润滑不足产生拉伤", "抛光导柱，更换导套，恢复润滑", ("guide",)),
        ),
        (("order_no", ()), ("mould_spec", (Of("MD-380T", "1+1 腔"), Of("MD-120T", "2 腔"), Of("MD-60P", "8 腔"))), ("production_status", ("正常生产", "降速生产", "停机待修"))),
    ),
    Line(
        "precast", "预制构件", "构件质保 24 个月", 24, "合同约定",
        (("DBS-67", "桁架叠合板"), ("YNQ-30", "预制内墙板"), ("LT-28", "预制楼梯")),
        (("edge", "板边"), ("surface", "表面"), ("insert", "预埋件"), ("rib", "桁架筋")),
        (
            Fault("crack", "表面裂缝", "养护温差过大", ("裂缝", "开裂"), (Of("DBS-67", "三层叠合板底面出现裂缝，最宽 0.3mm，请安排勘查。"), Of("LT-28", "楼梯踏步处发现细裂缝，吊装时未磕碰。"), Of("YNQ-30", "内墙板门洞角部有斜裂缝，长约 40cm。")), "蒸养降温过快产生收缩裂缝", "压力注浆封闭裂缝并跟踪观测", ("surface",)),
            Fault("size", "尺寸偏差", "模台变形", ("尺寸", "偏差"), (Of("YNQ-30", "内墙板宽度偏差 8mm，现场无法安装。"), Of("DBS-67", "叠合板对角线偏差超出设计标准。"), Of("LT-28", "楼梯踏步高度偏差 6mm，与休息平台接不平。")), "模台局部变形", "现场切割修整并补发合格构件", ("edge",)),
            Fault("insert", "预埋件偏位", "定位工装松动", ("预埋", "偏位", "线盒"), (Of("DBS-67", "预埋线盒偏位 30mm，影响水电施工。"), Of("YNQ-30", "开关线盒偏位 25mm，与图纸不符。"), "吊钉偏位，吊装角度异常，存在安全隐患。"), "预埋件定位工装松动", "后置加固并复核承载力", ("insert",)),
            Fault("hole", "蜂窝孔洞", "振捣不密实", ("孔洞", "蜂窝", "麻面"), (Of("YNQ-30", "墙板根部有蜂窝孔洞，露筋约 5cm。"), "卸车时发现构件侧面多处孔洞、麻面。"), "振捣不密实", "凿除松散混凝土并用高强灌浆料修补", ("surface", "edge")),
        ),
        (("component_model", (Of("DBS-67", "DBS1-67-3318"), Of("YNQ-30", "YNQ-30-28"), Of("LT-28", "LT-28-25"))), ("project_name", ("滨江花园二期", "科创园 3 号楼", "地铁上盖 B 区"))),
    ),
    Line(
        "appliance", "家用电器", "整机三包 12 个月", 12, "部分商品修理更换退货责任规定（数据，待复核）",
        (("YX-RS60", "即热式热水器"), ("YX-DC22", "电磁炉"), ("YX-KT35", "分体空调")),
        (("board", "主板"), ("plug", "电源线"), ("fan", "风机"), ("panel", "面板"), ("pipe", "冷媒管路")),
        (
            Fault("spark", "打火", "端子压接不良", ("打火", "冒火花", "烧机", "烧焦"), (Of("YX-DC22", "电磁炉插电后冒火花，有焦糊味，吓坏了家里老人。"), Of("YX-RS60", "热水器接线处打火，面板烧焦一块，请马上处理。"), Of("YX-RS60", "热水器用到一半接线盒里冒火花，跳闸了。"), Of("YX-KT35", "空调室外机接线处打火，有焦糊味，已经拉闸。")), "端子压接不良导致接触发热", "更换电源端子组件并检查线束", ("plug",), True),
            Fault("noise", "异响", "风机轴承磨损", ("异响", "噪音", "嗡嗡"), (Of("YX-KT35", "空调外机异响很大，晚上睡不着。"), Of("YX-KT35", "空调一开机外机就嗡嗡响，楼下邻居来投诉了。"), Of("YX-DC22", "电磁炉一开机风扇就有异响，声音越来越大。")), "风机轴承磨损", "更换风机总成", ("fan",)),
            Fault("dead", "死机", "主板虚焊", ("死机", "不通电", "没反应"), ("用着用着死机，按键没反应，拔电重启才行。", "买了一个月就死机三次。"), "主板晶振虚焊", "更换主板", ("board",)),
            Fault("cool", "不制冷", "冷媒泄漏", ("不制冷", "不凉"), (Of("YX-KT35", "空调吹出来的风不凉，加过一次氟还是不制冷。"), Of("YX-KT35", "空调开机半小时不制冷。")), "喇叭口密封不良泄漏冷媒", "重做喇叭口并充注冷媒", ("pipe",)),
        ),
        (("purchase_channel", ("门店", "电商", "工程")),),
    ),
    Line(
        "door", "木门", "木门质保 24 个月", 24, "企业承诺",
        (("LM-208", "实木复合门"), ("LM-315", "烤漆静音门")),
        (("leaf", "门扇"), ("frame", "门套"), ("hinge", "合页"), ("lock", "锁具")),
        (
            Fault("warp", "门扇变形", "含水率超标", ("变形", "关不上"), ("卧室门变形关不上，上下缝隙不一样。", "门装了半年变形，漏光。"), "芯材含水率超标", "更换门扇", ("leaf",)),
            Fault("paint", "漆面开裂", "底漆干燥不足", ("开裂", "掉漆", "起泡"), ("门套漆面开裂起泡，越来越严重。", "门扇边缘掉漆。"), "底漆干燥时间不足", "返厂重新涂装", ("leaf", "frame")),
            Fault("lock", "锁具故障", "锁舌卡滞", ("锁", "打不开"), ("卫生间门锁打不开，孩子差点被困在里面。", "锁舌弹不出来。"), "锁舌弹簧疲劳", "上门更换锁体", ("lock",)),
            Fault("noise", "合页异响", "合页缺油", ("异响", "吱吱"), ("开门吱吱异响，上了油两天又响。", "合页异响。"), "合页轴芯磨损", "更换静音合页", ("hinge",)),
        ),
        (("door_position", ("主卧", "次卧", "卫生间", "厨房")), ("installer", ("安装一组", "安装二组"))),
    ),
)  # fmt: skip
RISING = Fault(
    "stick", "开锁费力", "锁体润滑脂低温变稠", ("费力", "拧不动", "发涩"),
    ("天一冷门锁就发涩，钥匙要用力才拧得动。", "早上开锁很费力，中午又好一些。"), "锁体润滑脂低温粘度超标", "清洗锁体，换用低温润滑脂", ("lock",),
)  # fmt: skip
