"""A few letters about two problems, in several wordings."""

from datetime import datetime, timedelta

from hotline.warning.topics import Message

BEGIN = datetime(2026, 3, 1)


def letters(texts, place="", begin=BEGIN):
    return [
        Message(f"{place}{n}", f"p{place}{n}", title, text, begin + timedelta(days=n))
        for n, (title, text) in enumerate(texts)
    ]


NOISE = [
    ("{}夜间施工吵得睡不着", "{}旁边工地每天打桩到凌晨，老人孩子睡不着，请管一管。"),
    ("{}工地半夜打桩扰民", "工地就在{}后面，打桩机响到凌晨两点，孩子第二天上学没精神。"),
    ("投诉{}旁工地夜里施工", "我住{}，工地夜里浇筑打桩，噪音太大睡不着。"),
    ("{}附近施工噪音", "{}这边的施工噪音已经一个月了，凌晨还在打桩，没法睡。"),
]
PARKING = [
    ("{}地下车库只卖不租", "{}的车库物业只卖不租，业主车子没地方停。"),
    ("{}车位只售不租合理吗", "开发商把{}地下车位锁起来，只卖不租，车都停到马路上。"),
    ("反映{}车库不出租", "{}车位几百个空着，只卖不租，十五万一个谁买得起。"),
    ("{}停车难，车库空着不租", "回{}找不到车位，地下车库空着却只卖不租。"),
]


def said_of(place, told):
    return [(title.format(place), text.format(place)) for title, text in told]
