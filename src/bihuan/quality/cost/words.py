"""Amounts in the capital characters of accounting."""

from decimal import Decimal

from bihuan.quality.cost.money import to_cents

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "兆")


def in_capitals(amount: Decimal) -> str:
    """An amount of yuan in words, such as 壹仟零伍拾元叁角整; a milliard and more stays readable."""
    cents = to_cents(amount)
    yuan, rest = divmod(cents, 100)
    tenth, cent = divmod(rest, 10)
    head = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{head or '零元'}整"
    tail = f"{DIGITS[tenth]}角" if tenth else ("零" if yuan else "")
    return f"{head}{tail}{DIGITS[cent]}分" if cent else f"{head}{tail}整"


def _whole(number: int) -> str:
    groups: list[str] = []
    place = 0
    while number:
        number, part = divmod(number, 10_000)
        if part:
            text = _group(part) + GROUPS[place]
            if number and part < 1000:
                text = DIGITS[0] + text
            groups.append(text)
        elif groups and not groups[-1].startswith(DIGITS[0]):
            groups.append(DIGITS[0])
        place += 1
    return "".join(reversed(groups))


def _group(number: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += (DIGITS[0] if gap and text else "") + DIGITS[digit] + PLACES[place]
            gap = False
        else:
            gap = True
    return text
