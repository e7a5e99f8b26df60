"""What lies on the desks of the demo company: mails of many kinds, an open consultation, an approval that waits."""

import io
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from django.utils import timezone
from PIL import Image, ImageDraw

from bihuan.registry.people.models import User
from bihuan.service.desk.models import Case, CaseState, SolutionKind
from bihuan.service.desk.services import diagnosing, solving
from bihuan.service.intake.services import read_message, store_mail

# address, subject, text, charset, with a photo, answered by a machine
MAILS = (
    ("contact0@customer.example", "MD-380T 合模异响，请尽快联系",
     "贵司：\n\n序列号 SN2501MD380T000 的模具合模时有异响，已停机。\n\n请今天安排工程师联系王工。谢谢！",
     "gb18030", False, False),
    ("contact11@customer.example", "叠合板到场有裂缝",
     "项目部：今天到场的叠合板板底有两条裂缝，照片见附件，请来人确认能否使用。", "utf-8", True, False),
    ("contact14@customer.example", "自动回复：外出", "本人 11 月外出，回来后答复。", "utf-8", False, True),
)  # fmt: skip
BROKEN = b"no header at all, as a broken scanner sends it"


class Desks:
    """Puts on the desks what is there on any morning."""

    def __init__(self, users: dict[str, User]) -> None:
        self.users = users

    def build(self) -> None:
        """Mails first, then what waits for an opinion and for a decision."""
        for number, mail in enumerate(MAILS):
            read_message(store_mail(raw=_mail(number, *mail), source="demo")[0])
        read_message(store_mail(raw=BROKEN, source="demo")[0])
        self.consultation()
        self.approval()

    def consultation(self) -> None:
        """An engineer asks production and quality; nobody has answered yet."""
        case = self._case(CaseState.TRIAGED)
        engineer = self.users["gongcheng"]
        diagnosing.start_diagnosis(case=case, by=engineer)
        diagnosing.convene(
            case=case, by=engineer, topic=f"{case.summary}：是否与近期工艺调整有关？",
            answer_by=timezone.now() + timedelta(days=2),
            users=[self.users["shengchan"], self.users["zhiliang"]],
        )  # fmt: skip

    def approval(self) -> None:
        """A dear solution waits for the one who may approve it."""
        values = {
            "kind": SolutionKind.REPLACEMENT, "cause": "主要部件损坏，无法修复", "steps": "更换主要部件，试运行后验收",
            "hours": 16, "cost": 18_000, "payer": "company", "materials": "主要部件 1 套",
        }  # fmt: skip
        engineer = self.users["gongcheng"]
        solution = solving.draft_solution(case=self._case(CaseState.SOLVING), by=engineer, values=values)
        solving.submit_solution(solution=solution, by=engineer)

    def _case(self, state: str) -> Case:
        return Case.objects.filter(state=state).order_by("-pk")[0]


def _mail(number: int, sender: str, subject: str, text: str, charset: str, photo: bool, machine: bool) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "service@bihuan.example", subject
    mail["Date"] = format_datetime(timezone.now() - timedelta(hours=number + 1))
    mail["Message-ID"] = f"<demo-{number}@customer.example>"
    if machine:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(text, charset=charset)
    if photo:
        mail.add_attachment(_photo(), maintype="image", subtype="png", filename="裂缝.png")
    return bytes(mail)


def _photo() -> bytes:
    """A slab with two cracks, drawn."""
    picture = Image.new("RGB", (640, 420), "#b9bcc0")
    pen = ImageDraw.Draw(picture)
    pen.line([(60, 40), (180, 150), (240, 160), (330, 300)], fill="#3c3f44", width=4)
    pen.line([(420, 380), (470, 240), (580, 120)], fill="#4a4d52", width=3)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
