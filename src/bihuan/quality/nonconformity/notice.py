"""An approved sheet on the notice board: for all departments, without any customer's data (NCR-04, NCR-05)."""

from typing import Any

from django.db.models import Q
from django.utils import timezone, translation

from bihuan.core.documents.paper import AnySection, Facts, Paper, Table
from bihuan.quality.issues.board import Board, register
from bihuan.quality.issues.models import Publication
from bihuan.quality.issues.notice import scrub, words_of_cases
from bihuan.quality.nonconformity.models import Nonconformity, SheetObjection
from bihuan.quality.nonconformity.services.objecting import SHEET, in_time, object_to_sheet
from bihuan.service.desk.models import Case

TITLE = "不合格品处置结果公示"


def public_sheet(sheet: Nonconformity) -> Paper:
    """What was found, why, what is done with the goods and against it; who permitted a concession is left out."""
    about = " ".join(filter(None, (str(sheet.model or ""), sheet.part_name)))
    mine = Q(nonconformities=sheet) | Q(issue_links__issue__nonconformities=sheet)
    words = words_of_cases(Case.objects.filter(mine).distinct())
    with translation.override("zh-hans"):
        sections = _sections(sheet, words)
    return Paper(
        form_code="", title=f"{TITLE}：{about or sheet.number}"[:120], company=sheet.policy.company,
        number=sheet.number, issued_on=f"{timezone.localtime():%Y-%m-%d}", sections=tuple(sections),
    )  # fmt: skip


def _sections(sheet: Nonconformity, words: set[str]) -> list[AnySection]:
    goods = tuple(
        (str(row.get_kind_display()), str(row.quantity), scrub(row.instruction, words))
        for row in sheet.dispositions.all()
    )
    measures = (
        ("原因", sheet.cause), ("纠正措施", sheet.corrective), ("防止再发生措施", sheet.preventive),
    )  # fmt: skip
    return [
        Facts(
            title="不合格情况",
            rows=(
                ("单号", sheet.number), ("来源", str(sheet.get_origin_display())),
                ("产品型号", str(sheet.model or "")), ("零部件", scrub(sheet.part_name, words)),
                ("不合格数", str(sheet.quantity)),
                ("不合格分类", sheet.policy.nonconformity.class_name(sheet.defect_class)),
                ("责任单位", str(sheet.department or "")), ("不合格描述", scrub(sheet.description, words)),
            ),
        ),
        Table(title="处置", columns=("处置方式", "数量", "要求"), rows=goods),
        Table(
            title="原因和措施", columns=("类别", "内容"),
            rows=tuple((name, scrub(text, words)) for name, text in measures if text),
        ),
    ]  # fmt: skip


def objects(notice: Publication, by: Any, reason: str) -> SheetObjection:
    """An objection to the notice is one to its sheet."""
    return object_to_sheet(sheet=Nonconformity.objects.get(pk=notice.subject_id), by=by, reason=reason)


def objection_of(notice: Publication) -> SheetObjection | None:
    """The objection of the round in which it hung."""
    rows = SheetObjection.objects.filter(sheet=notice.subject_id, round=notice.round)
    return rows.select_related("by", "ruled_by").first()


def hears(notice: Publication) -> bool:
    """Whether departments may still object to the sheet itself."""
    return notice.is_open and in_time(Nonconformity.objects.get(pk=notice.subject_id))


register(SHEET, Board("nonconformity.published", "nonconformity.notice_read", objects, objection_of, hears))
