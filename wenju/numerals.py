"""Chinese and Arabic numerals -> their exact values.

三千二百 -> 3200   一亿零五十万 -> 100500000   3,200 -> 3200   27.4 -> 137/5
"""

from __future__ import annotations

from fractions import Fraction

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12}


def han_value(numeral: str) -> Fraction | None:
    """The value of a Chinese numeral, or None where its characters don't make up a number.

    三千二百 -> 3200, 二〇二四 -> 2024, 一亿零五十万 -> 100500000, 三点五 -> 7/2; 十五五, 万一 -> None
    """
    whole, _, decimals = numeral.partition("点")
    if not whole or len(numeral) > 24:
        return None
    value = digits_value(whole) if all(c in DIGITS for c in whole) else _powers(whole)
    if value is None or not decimals:
        return None if value is None else Fraction(value)
    small = digits_value(decimals)
    return None if small is None else value + Fraction(small, 10 ** len(decimals))


def digits_value(numeral: str) -> int | None:
    """二〇二四 -> 2024."""
    if any(c not in DIGITS for c in numeral) or (len(numeral) > 1 and "两" in numeral):
        return None
    return int("".join(str(DIGITS[c]) for c in numeral))


def _powers(numeral: str) -> int | None:
    """三千二百 -> 3200: in each section below 万 the powers fall; the sections are summed."""
    total, section, digit, last, written = 0, 0, None, 10**4, False
    for char in numeral:
        if char in DIGITS:
            if digit:
                return None
            digit, written = DIGITS[char], True
        elif (power := POWERS[char]) < 10**4:
            # 百 needs its digit (一百); 十 doesn't at the beginning of a section (十五, 一万零十).
            if power >= last or (digit is None and section) or (not digit and power != 10):
                return None
            section, digit, last, written = section + (digit or 1) * power, None, power, True
        else:
            section += digit or 0
            if not section and not total:
                return None
            if total and total < power:
                total = (total + section) * power  # 一万亿 multiplies what stands before it
            else:
                total += section * power if section else total * (power - 1)
            section, digit, last = 0, None, 10**4
    if digit and len(numeral) > 1 and (power := POWERS.get(numeral[-2], 0)) > 10:
        digit *= power // 10  # 三百五 is 350
    return total + section + (digit or 0) if written else None


def power_value(characters: str | None) -> int:
    """万亿 -> 10**12; nothing -> 1."""
    value = 1
    for char in (characters or "").strip():
        value *= POWERS[char]
    return value


def numeral_value(numeral: str) -> Fraction | None:
    """An Arabic or Chinese numeral; a power alone is its own value (百分之百, 万分之一)."""
    if numeral[0].isdecimal():
        return Fraction(arabic_value(numeral))
    return Fraction(power_value(numeral)) if all(c in POWERS for c in numeral) else han_value(numeral)


def arabic_value(digits: str) -> int | Fraction:
    """3,200 -> 3200; 27.4 -> 137/5. An int where it can be: to parse a Fraction takes ten times as long."""
    digits = digits.replace(",", "")
    return Fraction(digits) if "." in digits else int(digits)
