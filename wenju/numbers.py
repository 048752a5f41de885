"""Number expressions in Chinese and English text -> their exact values, with offsets.

    2024年建成超82万个，占五分之一
    -> 2024年 (2024, 年, date)   超82万个 (820000, 个, count)   五分之一 (1/5, fraction)

Arabic, full-width and Chinese numerals (simplified, traditional, 壹贰叁) are read alike. A numeral that is part of
a word is not a number (一体化, 十分, 统一, 万一, 三角, 千行百业): a single 一 … 十 needs a plain classifier after it,
and 百 千 万 亿 without a digit a qualifier before it (近百家, 数百倍).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from wenju.numerals import DIGITS, POWERS, arabic_value, han_value, numeral_value, power_value

_WORDS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHARES = {"%": 100, "‰": 1000, "percent": 100, "per cent": 100}

# One character for one, so that offsets stay those of the original text. The full-width comma stays: it lists numbers.
_ALIKE = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF0C}
    | dict(
        zip(
            "○壹貳贰貮參叁肆伍陸陆柒捌玖拾佰仟萬億兩餘幾數點負約將過個條項種隻臺輛歲倍歐鎊間張國"
            "號樓級屆場處層雙門類輪塊顆畝頃噸鐘時週頁課題員戶筆單幣圓車詞齣紀業",
            "〇一二二二三三四五六六七八九十百千万亿两余几数点负约将过个条项种只台辆岁倍欧镑间张国"
            "号楼级届场处层双门类轮块颗亩顷吨钟时周页课题员户笔单币元车词出纪业",
            strict=True,
        )
    )
)


def _either(words: str) -> str:
    """Alternatives, the longest first, since a regular expression takes the first that fits."""
    return "(?:" + "|".join(map(re.escape, sorted(words.split(), key=len, reverse=True))) + ")"


# After one Chinese numeral only these are surely counts: 一道, 一代, 一线, 一批, 十分, 四两 are words.
_PLAIN_UNITS = """
    个百分点 百分点 美元 欧元 英镑 元 公里 千米 厘米 毫米 米 公顷 亩 公斤 吨 小时 分钟 秒 天 日 年 个月 月 岁 周年 世纪 倍
    个 家 座 名 位 条 项 款 种 次 人次 人 件 台 辆 架 艘 部 本 册 届 场 所 间 栋 幢 层 套 张 篇 首 幅 支 只 头 匹 棵 株 枚
    颗 户 类 级 期 轮 票 席 集 章 句 例 号 国 省 市 县 城 大
"""
_OTHER_UNITS = """
    日元 港元 港币 新台币 人民币 平方公里 平方千米 平方米 立方米 微米 纳米 英里 英尺 英寸 海里 千克 毫克 克 斤 毫秒 周 周岁
    星期 年代 千瓦时 千瓦 兆瓦 瓦 摄氏度 度 升 毫升 公升 赫兹 分贝 伏 马力 字节 比特 个国家 个城市 条次 车次 城市 强 折 点
    列 处 粒 块 片 份 批 组 对 双 门 步 分 时 字 词 节 回 宗 起 笔 单 箱 瓶 杯 袋 桶 盒 包 卡 站 代 段 道 线 楼 页 行 排 员
    课 题 把 根 盏 副 口 km² km kg cm mm nm GWh kWh MWh GW MW kW TB GB MB KB GHz MHz kHz Hz mAh ℃ °C
"""
_GAP = "[ \u00a0]?"  # news agencies write 8 月 16 日, 2879 亿元
_UNIT = re.compile(f"{_GAP}({_either(_PLAIN_UNITS + _OTHER_UNITS)})(?<![A-Za-z](?=[A-Za-z]))")
_PLAIN_UNIT = re.compile(
    f"({_either(_PLAIN_UNITS)})" + r"(?<!部(?=分))(?<!台(?=[山湾风]))(?<!年(?=级))(?<!人(?=民))(?<!家(?=庭))"
)

_HAN = "[零〇一二两三四五六七八九十百千万亿兆]"
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}(?![0-9,])|[0-9]{1,24}(?![0-9]))(?:\.[0-9]{1,12}(?![0-9]))?"
_POWER = f"{_GAP}(?:[十百千]?[万亿兆]{{1,2}}|百(?!分)|千(?![克米瓦卡赫]))"
_BEGINNING = re.compile("[0-9半百千万亿兆零〇一二两三四五六七八九十]")
_CORE = re.compile(
    rf"""(?P<percent>百分之(?:{_HAN}+(?:点{_HAN}+)?|{_ARABIC}))
      |  (?P<fraction>(?:{_HAN}+|[0-9]{{1,12}})分之(?:{_HAN}+|[0-9]{{1,12}}))
      |  (?P<half>一半|(?<=[近过超约])半(?:壁江山|数)?(?!百|[年月天个])|半数|半壁江山)
      |  (?P<tenths>(?:{_HAN}|(?<![0-9.])[0-9])成[一二三四五六七八九半]?(?![为立功长员果就都熟本品型效交绩分语]|不变))
      |  (?P<iso>(?<![\w./-])[12][0-9]{{3}}(?P<mark>[-/.])[01]?[0-9](?P=mark)[0-3]?[0-9](?![\w-]|[./]\w))
      |  (?P<arabic>(?<![A-Za-z0-9_])(?<![A-Za-z][-.])(?<![0-9]\.)(?<![0-9],){_ARABIC}(?!\.[0-9]))
      |  (?P<han>{_HAN}+(?:点[零〇一二三四五六七八九]+)?)
    """,
    re.VERBOSE,
)
_AFTER = re.compile(f"[余多来几]?({_POWER})?(?(1)[余多]?)")
_NEXT_PART = re.compile(f"{_GAP}零?({_ARABIC})({_POWER})|([0-9]{{3,4}})(?![0-9.,])")  # 1亿2000万, 3万5000
_WORD = re.compile(rf"{_GAP}(thousand|million|billion|trillion)\b")
_PERCENT = re.compile(rf"{_GAP}(%|‰|per ?cent\b)")
_NAME = re.compile("-?[A-Za-z_]")
_LOOSE = re.compile("左右|以上|以下")
_BEFORE = re.compile(
    r"(?:(?:超过|超出|(?<![中英意西德法])超|逾|将近|接近|(?<![附最靠邻新])近|大约|(?<![纽条公合预节契制])约|大概|至少|至多|最多|"
    r"最少|不到|不足|不少于|不低于|不超过|more than|less than|over|nearly|about|around|approximately)[ \u00a0]?)?"
    r"(?:零下|负|(?:US|HK)?[$¥€£] ?)?\Z"
)
_ORDER = re.compile(rf"第{_GAP}\Z")
_SEVERAL = re.compile(r"(?:好几|数|几|(?<![以网会线路手身])上|超过|超|逾|将近|近|约)\Z")
_BEFORE_LENGTH = 16  # characters; no qualifier is longer
# 统一个, 唯一名, 星期三: the numeral belongs to the word on its left.
_WORD_BEFORE = re.compile(r"(?:[统唯惟单专划同逐之如归合]|星期|礼拜|周)\Z")


@dataclass(frozen=True)
class Number:
    """One number expression: `text[start:end]`, with its qualifiers and unit (超82万个, 300余款, 近5亿元, 约33%).

    `value` is exact; of an approximate number it is the one named (数百倍: 100, 300余款: 300). A percentage and a
    fraction hold their share: 60%, 六成 and 五分之三 are all 3/5. `unit` is simplified, "" if none.
    `kind` is "count", "percent", "fraction", "ordinal" (第四届) or "date". A date is one number for each of its parts
    (2024年, 11月, 8日), and a year only where it is one (2024年, 二〇二四年; but 九年 is a count).
    """

    start: int
    end: int
    value: Fraction
    unit: str
    kind: str


def numbers(text: str) -> list[Number]:
    """Every number expression of `text`, in order, without overlap."""
    alike = text.translate(_ALIKE)
    found: list[Number] = []
    position = 0
    while beginning := _BEGINNING.search(alike, position):
        match = _CORE.match(alike, beginning.start())
        position = match.end() if match else beginning.end()
        read = _read(match, alike) if match else []
        if read and (not found or read[0].start >= found[-1].end):
            found.extend(read)
            position = read[-1].end
    return found


def _read(match: re.Match[str], alike: str) -> list[Number]:
    """The number (a date: its parts) that begins with the numeral found; none where it belongs to a word."""
    if match["arabic"]:
        return _arabic(match, alike)
    if match["han"]:
        return _han(match, alike)
    if match["iso"]:
        parts = zip(re.finditer("[0-9]+", match["iso"]), "年月日", strict=True)
        begin = match.start()
        return [Number(begin + m.start(), begin + m.end(), Fraction(m.group()), unit, "date") for m, unit in parts]
    return _share(match, alike)


def _share(match: re.Match[str], alike: str) -> list[Number]:
    """百分之六十, 五分之三, 六成, 近半."""
    kind, value = "fraction", Fraction(1, 2)
    if match["percent"]:
        kind, value = "percent", (numeral_value(match["percent"][3:]) or Fraction(0)) / 100
    elif match["fraction"]:
        lower, upper = map(numeral_value, match["fraction"].split("分之"))
        if not lower or upper is None:
            return []
        value = upper / lower
    elif match["tenths"]:
        tenths, _, rest = match["tenths"].partition("成")
        kind, value = "percent", (numeral_value(tenths) or Fraction(0)) / 10
        value += Fraction({"半": 5}.get(rest, DIGITS.get(rest, 0)), 100)
    start, _ = _qualified(match.start(), alike)
    if match["half"] and alike[start - 1 : start] == "过":
        start -= 1
    end = match.end() + alike.startswith("多", match.end())
    return [Number(start, _loose(end, alike), value, "", kind)] if value else []


def _arabic(match: re.Match[str], alike: str) -> list[Number]:
    """Digits, their powers (1亿2000万, 10余万, 3.5 million) and what may follow."""
    value, end, plain = arabic_value(match.group()), match.end(), match.group().isdecimal()
    if (after := _AFTER.match(alike, end)) and after.group() not in ("", "来"):
        power = power_value(after[1])
        value, end, plain = value * power, after.end(), False
        while power > 1 and (part := _NEXT_PART.match(alike, end)):
            small, smaller = arabic_value(part[1] or part[3]), power_value(part[2])
            if small * smaller >= power:
                break
            value, end, power = value + small * smaller, part.end(), smaller
    if word := _WORD.match(alike, end):
        value, end, plain = value * _WORDS[word[1]], word.end(), False
    unit = _UNIT.match(alike, end)
    if not unit and _NAME.match(alike, end):
        return []  # 5G, 3D, 24-hour
    year = plain and end - match.start() == 4 and match.group()[0] in "12"
    return _finished(match.start(), end, value, alike, unit, _is_date(value, unit, year, day=plain))


def _han(match: re.Match[str], alike: str) -> list[Number]:
    """A Chinese numeral, where it is a number and not a part of a word."""
    numeral, start, end = match.group(), match.start(), match.end()
    before = alike[max(0, start - _BEFORE_LENGTH) : start]
    after = _AFTER.match(alike, end)
    if all(c in POWERS for c in numeral) and (several := _SEVERAL.search(before)):
        # 数百倍, 近百家, 几十万人, 上千人
        end = after.end() if after else end
        unit = _UNIT.match(alike, end)
        if not unit and len(numeral) == 1:
            return []
        return _finished(start - len(several.group()), end, power_value(numeral), alike, unit, date=False)
    value = han_value(numeral)
    if value is None:
        return []
    if after:
        value, end = value * power_value(after[1]), after.end()
    alone = end == start + 1
    unit = (_PLAIN_UNIT if alone else _UNIT).match(alike, end)
    name = unit[1] if unit else ""
    if alone and not before.endswith("第") and (not name or _WORD_BEFORE.search(before) or (name == "大" and value < 2)):
        return []
    sequence = not alone and all(c in DIGITS for c in numeral)
    year = sequence and name == "年" and len(numeral) in (2, 4)
    if sequence and not year and (len(numeral) < 4 or "两" in numeral):
        return []  # 五四运动, 三五成群, 一一
    return _finished(start, end, value, alike, unit, _is_date(value, unit, year, day=not alone or before.endswith("月")))


def _is_date(value: int | Fraction, unit: re.Match[str] | None, year: bool, day: bool) -> bool:
    """Whether the unit makes a numeral a part of a date; `year` and `day` say that it is written like one."""
    name = unit[1] if unit else ""
    return (year and name == "年") or (day and value <= {"月": 12, "日": 31, "号": 31}.get(name, 0))


def _finished(
    start: int, end: int, value: int | Fraction, alike: str, unit: re.Match[str] | None, date: bool
) -> list[Number]:
    """Add the qualifiers before, the unit and the qualifiers behind."""
    name, end = (unit[1], unit.end()) if unit else ("", end)
    if date:
        return [Number(start, end, Fraction(value), name, "date")]
    if order := _ORDER.search(alike, max(0, start - 2), start):
        return [Number(order.start(), end, Fraction(value), name, "ordinal")]
    start, sign = _qualified(start, alike)
    if percent := _PERCENT.match(alike, end):
        share = Fraction(sign * value, _SHARES[percent[1]])
        return [Number(start, _loose(percent.end(), alike), share, "", "percent")]
    return [Number(start, _loose(end, alike), Fraction(sign * value), name, "count")]


def _qualified(start: int, alike: str) -> tuple[int, int]:
    """Where the qualifiers before a number begin, and its sign."""
    before = _BEFORE.search(alike, max(0, start - _BEFORE_LENGTH), start)
    words = before.group() if before else ""
    return start - len(words), -1 if words.endswith(("零下", "负")) else 1


def _loose(end: int, alike: str) -> int:
    """The end of a number with 左右, 以上 or 以下 behind it."""
    return end + 2 if _LOOSE.match(alike, end) else end
