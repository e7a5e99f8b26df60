"""Clusters of 50,000 Chinese complaints and lookup among them, on made-up complaints of 24 known faults."""

from time import process_time

import numpy as np

from bihuan.stats.text import SimilarTexts, cluster_texts

Row = tuple[str, float, str]

FAULTS = (
    ("电机异响", "电机有很大的异响", "马达声音特别大", "运行时电机嗡嗡响"),
    ("屏幕碎裂", "屏幕裂了一道缝", "显示屏碎了", "收货时屏幕就碎裂"),
    ("漏水", "底部一直漏水", "接头处漏水严重", "进水管漏水滴水"),
    ("无法开机", "按电源键没反应", "开不了机", "通电后无法开机"),
    ("电池不耐用", "电池充满只能用半天", "待机时间太短", "电池掉电很快"),
    ("打火冒烟", "插座打火冒烟", "启动瞬间有火花", "闻到烧焦味并冒烟"),
    ("遥控器失灵", "遥控器按了没有反应", "遥控距离很短", "遥控器时好时坏"),
    ("制冷效果差", "开了一小时也不制冷", "制冷很慢温度降不下来", "制冷效果特别差"),
    ("门关不严", "门封条变形关不严", "柜门合不上", "门铰链松动关不严"),
    ("油漆脱落", "表面油漆起泡脱落", "外壳掉漆严重", "喷漆颜色不均匀脱落"),
    ("缺少配件", "包装里少了螺丝", "缺少安装支架", "配件没发全少东西"),
    ("显示乱码", "面板显示乱码", "数码管缺笔画显示不全", "界面显示花屏乱码"),
    ("网络连不上", "无线网络连不上", "配网一直失败", "手机应用连接不上设备"),
    ("按键失灵", "按键按下去弹不起来", "触摸按键不灵敏", "面板按键没有反应"),
    ("轴承磨损", "轴承磨损间隙大", "主轴轴承损坏发热", "轴承缺油磨损"),
    ("焊缝开裂", "支架焊缝开裂", "焊接处断开", "机架焊缝有裂纹"),
    ("传感器误报", "传感器经常误报警", "温度传感器数值不准", "传感器断线报警"),
    ("皮带断裂", "传动皮带断裂", "皮带打滑跑偏", "皮带使用两月就断"),
    ("噪音大", "夜里噪音大影响睡眠", "外机噪音大邻居投诉", "风扇噪音大有共振"),
    ("发错货", "型号发错了", "收到的颜色和订单不符发错货", "数量发错少一台"),
    ("安装不到位", "师傅安装不到位倾斜", "安装时打孔位置错", "安装后没有调试"),
    ("液压油泄漏", "液压缸密封圈渗油", "液压油泄漏压力不足", "油管接头漏油"),
    ("跳闸", "一开机就跳闸", "漏电保护频繁跳闸", "空气开关跳闸"),
    ("加热慢", "加热半小时水还不热", "加热管坏了加热慢", "预热时间太长加热慢"),
)
OPENINGS = (
    "客户反映",
    "用户来电说",
    "您好，",
    "经销商反馈：",
    "上个月买的机器",
    "刚用三天",
    "现场发现",
    "又出现",
    "你们的产品",
    "",
)
ENDINGS = (
    "，请尽快处理",
    "，要求退货",
    "，麻烦安排师傅上门",
    "！！",
    "，影响生产",
    "，已拍照",
    "，客户很不满意",
    "，第二次了",
    "",
    "。谢谢",
)
PLACES = ("一号车间", "三楼", "仓库", "厨房", "工地", "展厅", "学校食堂", "医院", "家里", "地下室")


def measure(full: bool) -> list[Row]:
    """Rows of name, measured value and what is wanted."""
    size = 50_000 if full else 10_000
    texts, fault = complaints(size, seed=3)
    begin = process_time()
    found = cluster_texts(texts)
    clustered = process_time() - begin
    begin = process_time()
    index = SimilarTexts.fit(texts)
    fitted = process_time() - begin
    asked, _ = complaints(50, seed=4)
    begin = process_time()
    for text in asked:
        index.query(text)
    queried = (process_time() - begin) / len(asked)
    return [
        (f"{size:,} texts clustered, seconds", clustered, "under 10"),
        (f"{size:,} texts clustered, share in a cluster led by their fault", purity(found.label, fault), ""),
        (f"{size:,} texts indexed, seconds", fitted, ""),
        (f"one lookup among {size:,} texts, milliseconds", 1000 * queried, ""),
    ]


def complaints(size: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Complaints, nearly all distinct, with the number of the fault each is about."""
    random = np.random.default_rng(seed)
    fault = random.integers(0, len(FAULTS), size)
    texts = []
    for number in fault:
        opening, ending, place = (pick[random.integers(len(pick))] for pick in (OPENINGS, ENDINGS, PLACES))
        model = f"{'ABCDE'[random.integers(5)]}{random.integers(100, 999)}"
        text = f"{opening}{place}{model}{FAULTS[number][random.integers(4)]}{ending}"
        cut = random.integers(len(text))
        texts.append(text[:cut] + text[cut + 1 :] if random.random() < 0.3 else text)
    return texts, fault


def purity(label: np.ndarray, fault: np.ndarray) -> float:
    """The share of texts whose fault is the most frequent one of their cluster."""
    table = np.zeros((label.max() + 2, fault.max() + 1))
    np.add.at(table, (label + 1, fault), 1)
    return float(table[1:].max(axis=1).sum() / label.size)


if __name__ == "__main__":
    for name, value, line in measure(full=True):
        print(f"{name:75} {value:12.2f}  {line}")
