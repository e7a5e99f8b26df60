"""The words of a mail: plain text, clean HTML, and what is new in a reply."""

import html as html_module
import re

import nh3

from bihuan.service.intake.mail.charsets import clean

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "hr",
    "i", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "u", "ul",
}  # fmt: skip
BREAKS = re.compile(r"<\s*(br|/p|/div|/tr|/li|/h[1-6]|/blockquote|hr)\b[^>]*>", re.IGNORECASE)
SILENT = re.compile(r"<(script|style|head|title)\b.*?(</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<[^<>]*>")
BLANKS = re.compile(r"\n[ \t\u3000]*\n(?:[ \t\u3000]*\n)+")
QUOTE_START = re.compile(
    r"^(?:-{2,}\s*(?:原始邮件|原始郵件|Original Message|转发的邮件|回复的原邮件|Forwarded message).*"
    r"|(?:在|于)?\s*\d{4}\s*[年/-].{0,80}(?:写道|寫道)[：:]\s*"
    r"|.{0,80}于\s*\d{4}.{0,60}写道[：:]\s*"
    r"|On .{5,120}wrote:\s*"
    r"|(?:发件人|寄件者|From)\s*[：:].{3,160})$",
    re.IGNORECASE | re.MULTILINE,
)
SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)


def clean_html(value: str) -> str:
    """Keep the harmless tags; nothing is loaded from anywhere, scripts, styles, forms and pictures are gone."""
    return clean(
        nh3.clean(
            value, tags=TAGS, attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
            url_schemes={"http", "https", "mailto", "tel"}, link_rel="noopener noreferrer nofollow",
        )
    )  # fmt: skip


def text_of_html(value: str) -> str:
    """Return the words of an HTML body with its line breaks."""
    text = BREAKS.sub("\n", SILENT.sub("", value))
    return tidy(html_module.unescape(TAG.sub("", text)))


def tidy(text: str) -> str:
    """Trim every line's end and fold runs of empty lines."""
    lines = [line.rstrip() for line in clean(text.replace("\xa0", " ")).split("\n")]
    return BLANKS.sub("\n\n", "\n".join(lines)).strip("\n")


def new_words(text: str) -> str:
    """Return what a reply adds, without the quoted mail and the signature; the whole when unsure."""
    match = QUOTE_START.search(text)
    head = text[: match.start()] if match else text
    lines = head.split("\n")
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines.pop()
    kept = "\n".join(line for line in lines if not line.lstrip().startswith(">"))
    kept = SIGNATURE.split(kept)[0].strip()
    return kept or text.strip()
