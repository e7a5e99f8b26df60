"""What the customer's archive says of the follow-ups."""

from bihuan.core.documents.paper import AnySection, Table, Text
from bihuan.service.desk.documents import add_feedback, when
from bihuan.service.desk.models import Case
from bihuan.service.followup.models import FollowUpState, ReviewState
from bihuan.service.followup.queries import named_scores


def feedback(case: Case) -> list[AnySection]:
    """Scores, opinions and what came of bad ones, in every cycle (ACC-10, SUR-15)."""
    rows = list(case.follow_ups.filter(state=FollowUpState.DONE).select_related("agent", "review").order_by("id"))
    if not rows:
        return []
    answers = tuple(
        (
            when(row.done_at),
            str(row.agent or case.contact_name),
            "；".join(f"{name} {score} 分" for name, score in named_scores(row)),
            "是" if row.solved else "否",
            row.opinion,
        )
        for row in rows
    )
    parts: list[AnySection] = [
        Table(title="回访与反馈", columns=("时间", "回访人", "评分", "问题已解决", "意见与建议"), rows=answers)
    ]
    reviews = [row.review for row in rows if hasattr(row, "review") and row.review.state == ReviewState.DONE]
    parts += [Text(title="不满意原因分析", body=f"{row.cause}\n改进措施：{row.improvement}") for row in reviews]
    return parts


add_feedback(feedback)
