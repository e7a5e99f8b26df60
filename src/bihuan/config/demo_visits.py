"""The demo company goes to its customers: finished visits, one that waits for a signature, and the coming days."""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from bihuan.config.demo_loop import told_at
from bihuan.config.demo_texts import LINES
from bihuan.config.demo_walk import Walk, scribble
from bihuan.core.activity.models import Activity
from bihuan.core.calendar.queries import default_data
from bihuan.core.policy.queries import default as rules_in_force
from bihuan.registry.customers.models import Customer
from bihuan.registry.people.models import Region, User
from bihuan.registry.people.services import create_user
from bihuan.registry.products.models import ProductLine, Unit
from bihuan.service.desk.models import Case
from bihuan.service.visits.models import Absence, CarePlan, FieldReport, IssuedTool, Qualification, Spot, Visit
from bihuan.service.visits.services import planning, signing, working
from bihuan.service.visits.services.caring import check_tools, make_due
from bihuan.service.visits.services.wishing import keep_wish
from bihuan.service.visits.staffing import Candidate, region_of, suggest

MORE = (
    ("weixiu2", "李文强", "south"), ("weixiu3", "赵铁军", "central"), ("weixiu8", "孙立新", "north"),
    ("weixiu9", "邓永川", "west"),
)  # fmt: skip
RESERVES = (
    ("weixiu4", "王志刚", "east"), ("weixiu5", "陈晓东", "east"), ("weixiu6", "黄家明", "south"),
    ("weixiu7", "刘德胜", "central"),
)  # fmt: skip
HOURS = ((1, 9), (1, 14), (2, 10), (3, 9))
A_LINE = 5
MIDDLES = {"east": "宁波", "south": "佛山", "north": "天津", "central": "武汉", "west": "成都"}
CITIES = {
    "宁波": ("29.86830", "121.54400"), "杭州": ("30.27410", "120.15510"), "绍兴": ("30.03020", "120.58010"),
    "上海": ("31.03220", "121.22770"), "苏州": ("31.29900", "120.58530"), "南京": ("32.06030", "118.79690"),
    "佛山": ("23.02150", "113.12140"), "广州": ("23.12910", "113.26440"), "深圳": ("22.54310", "114.05790"),
    "厦门": ("24.47980", "118.08940"), "武汉": ("30.59280", "114.30550"), "长沙": ("28.22820", "112.93880"),
    "合肥": ("31.82060", "117.22720"), "天津": ("39.08420", "117.20090"), "北京": ("39.90420", "116.40740"),
    "青岛": ("36.06710", "120.38260"), "沈阳": ("41.80570", "123.43150"), "成都": ("30.57280", "104.06680"),
    "重庆": ("29.56300", "106.55160"), "昆明": ("25.03890", "102.71830"),
}  # fmt: skip
TRIES = 6
TOOLS = (
    ("weixiu", "外径千分尺 0-25"),
    ("weixiu", "数字万用表"),
    ("weixiu2", "绝缘电阻测试仪"),
    ("gongcheng", "红外热像仪"),
)
WORKING = 5
WAITING = (
    ("appliance", "east"), ("door", "east"), ("mould", "east"), ("appliance", "east"), ("precast", "east"),
    ("door", "east"), ("appliance", "south"), ("mould", "south"), ("door", "south"), ("appliance", "central"),
    ("mould", "central"), ("precast", "west"),
)  # fmt: skip
WISHES: dict[int, Callable[[date], dict[str, Any]]] = {
    1: lambda day: {"begins": time(14), "until": time(16), "words": "上午有领导检查，请下午来"},
    2: lambda day: {"day": day, "until": time(11), "words": "十一点以后要开机"},
    6: lambda day: {"begins": time(13, 30), "words": "下午"},
    9: lambda day: {"day": day + timedelta(days=1), "words": "当天设备在保养，请次日来"},
}
CARE = (
    (
        "季度设备巡检", "round", 90, 4,
        ("主要部件外观 | 无裂纹、无变形", "紧固件 | 无松动", "噪声与温升 | 不超限", "安全防护装置 | 齐全有效"),
    ),
    (
        "年度维护保养", "upkeep", 365, 5,
        ("清洁与除尘", "润滑 | 按图加注", "易损件检查更换", "运行试验 | 连续一小时无异常"),
    ),
)  # fmt: skip


def turns(wished: datetime, tries: int) -> Iterator[datetime]:
    """The wished time alone, or the same hour of the working days from then on."""
    for later in range(tries):
        start = wished + timedelta(days=later)
        if tries == 1 or default_data().is_working_day(timezone.localdate(start)):
            yield start


class Visits:
    """Plans and walks visits for what is in work."""

    def __init__(self, users: dict[str, User], password: str) -> None:
        self.users, self.password = users, password
        self.now = timezone.now()
        self.today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)

    def build(self) -> None:
        """People with their trainings first, then the visits of each line."""
        self.staff()
        self.spots()
        for place, line in enumerate(LINES):
            self.visits_of(line.code, place)
        self.care()
        self.reserves()
        self.waiting()

    def reserves(self) -> None:
        """Technicians who have nothing planned yet: for them the coming days are proposed."""
        for username, name, region in RESERVES:
            self.technician(username, name, region)
            for line in ProductLine.objects.all():
                Qualification.objects.create(
                    user=self.users[username], line=line, training=f"{line.name}岗前培训", passed_on=date(2026, 9, 4)
                )

    def technician(self, username: str, name: str, region: str) -> None:
        """One more technician of a region."""
        self.users[username] = create_user(
            username=username, name=name, password=self.password, roles=["technician"], phone="13700009000",
            region=Region.objects.get(code=region), department=self.users["weixiu"].department,
        )  # fmt: skip

    def waiting(self) -> None:
        """Customers who agreed to service on site and to whom nobody drives yet; some of them wish a time."""
        dice = random.Random(20261122)  # noqa: S311 - a story, not a secret
        lines = {line.code: line for line in LINES}
        day = timezone.localdate(next(turns(self.today + timedelta(days=1), TRIES * 2)))
        for place, (code, region) in enumerate(WAITING):
            units = Unit.objects.filter(model__line__code=code, customer__region__code=region, shipped_on__isnull=False)
            unit = units.order_by("pk")[place % max(units.count(), 1) :].first()
            if unit is None:
                continue
            walk = Walk(lines[code], self.users, dice, onsite=True)
            case = walk.case(unit, self.now - timedelta(hours=20 + 3 * place), age=WORKING)
            if case.state == "working" and (wish := WISHES.get(place)) is not None:
                keep_wish(case=case, by=self.users["jingli"], **wish(day))

    def staff(self) -> None:
        """A technician for each region; one training is missing, one is over, one of them is away for two days."""
        for username, name, region in MORE:
            self.technician(username, name, region)
        goers = [self.users[name] for name in ("gongcheng", "weixiu", *(name for name, *_rest in MORE))]
        for user in goers:
            for line in ProductLine.objects.all():
                if (user.username, line.code) != ("weixiu2", "precast"):
                    over = timezone.localdate() - timedelta(days=40) if line.code == "door" else None
                    Qualification.objects.create(
                        user=user, line=line, training=f"{line.name}岗前培训", passed_on=date(2025, 3, 12),
                        valid_until=over if user.username == "weixiu3" else None,
                    )  # fmt: skip
        first = (self.today + timedelta(days=2)).date()
        Absence.objects.create(
            user=self.users["weixiu3"], starts_on=first, ends_on=first + timedelta(days=1), reason="外出培训"
        )

    def spots(self) -> None:
        """Where the regions and their customers are."""
        for code, city in MIDDLES.items():
            north, east = CITIES[city]
            Spot.objects.create(region=Region.objects.get(code=code), latitude=north, longitude=east)
        for customer in Customer.objects.order_by("pk"):
            north, east = CITIES[customer.address[:2]]
            Spot.objects.create(
                customer=customer, latitude=Decimal(north) + Decimal(customer.pk * 7 % 9 - 4) / 80,
                longitude=Decimal(east) + Decimal(customer.pk * 5 % 11 - 5) / 80,
            )  # fmt: skip

    def care(self) -> None:
        """A round and a maintenance that come again, and yesterday's check of the tools."""
        customers = list(Customer.objects.filter(kind="company", region__code="east").order_by("pk")[: len(CARE)])
        for place, (customer, row) in enumerate(zip(customers, CARE, strict=False)):
            name, kind, every, days, lines = row
            CarePlan.objects.create(
                name=name, kind=kind, customer=customer, engineer=self.users[("gongcheng", "weixiu")[place % 2]],
                planner=self.users["jingli"], every_days=every, next_on=(self.today + timedelta(days=days)).date(),
                place=customer.address, contact_name="设备科", hour=time(14), checklist="\n".join(lines),
            )  # fmt: skip
        for place, (username, name) in enumerate(TOOLS):
            IssuedTool.objects.create(
                user=self.users[username], name=name, number=f"GJ-{place + 1:03d}", issued_on=date(2026, 3, 2),
                valid_until=(self.today + timedelta(days=(-6, 40, 120)[place % 3])).date(),
            )  # fmt: skip
        with told_at(self.now - timedelta(days=1)):
            codes = [item.code for item in rules_in_force().visits.tools]
            check_tools(by=self.users["weixiu"], good=codes[1:], faults="千分尺到期，已送校" if codes else "")
        make_due()

    def visits_of(self, line: str, place: int) -> None:
        """The oldest case in work was visited and is done, the next waits for a signature, the others are planned."""
        rows = list(Case.objects.filter(line__code=line, state="working").order_by("pk")[:A_LINE])
        for case, story in zip(rows, self.stories(place), strict=False):
            story(case)
        survey = Case.objects.filter(line__code=line, state="solving").order_by("pk").first()
        if survey is not None:
            self.plan(survey, self.today + timedelta(days=2 + place % 2, hours=15), purpose="survey")

    def stories(self, place: int) -> Iterator[Any]:
        """What becomes of the cases of a line, in their order."""
        yield self.finished
        if place % 2:
            yield self.waits_for_signature
        for day, hour in HOURS:
            start = self.today + timedelta(days=day, hours=hour + place % 2)
            yield lambda case, start=start: self.plan(case, start, agrees=start.hour < 12)

    def last_of(self, case: Case) -> datetime:
        """When something last happened to a case."""
        row = Activity.objects.filter(subject_type="desk.case", subject_id=case.pk).order_by("-seq")[:1]
        return row[0].at

    def plan(
        self, case: Case, wished: datetime, *, purpose: str = "service", agrees: bool = False, tries: int = TRIES
    ) -> Visit | None:
        """Plan a visit for the technician of the region, else the engineer, on the first day on which he gets there
        from where else he is; the customer may have agreed already."""
        for start in turns(wished, tries):
            end = start + timedelta(hours=case.policy.visits.usual_hours)
            if best := self.free(case, start, end):
                break
        else:
            return None
        solution = case.solutions.filter(state="consented").last()
        visit = planning.plan_visit(
            case=case, by=self.users["jingli"], purpose=purpose, engineer=best.user, starts_at=start, ends_at=end,
            place=case.customer.address if case.customer else "", contact_name=case.contact_name or "现场负责人",
            contact_phone=case.contact_phone, onsite_reason="远程已尝试，需要到现场处理",
            task=solution.steps if solution else case.summary, supplies="备件一套、常规工具、图纸",
        )  # fmt: skip
        if agrees:
            planning.confirm(visit=visit, person=visit.contact_name)
        return visit

    def free(self, case: Case, start: datetime, end: datetime) -> Candidate | None:
        """Who of the region has nothing else then, and time enough for his ways."""
        home = (region_of(case), None)
        rows = suggest(case, start, end)
        return next((one for one in rows if one.fits and not one.warnings and one.user.region_id in home), None)

    def on_site(self, case: Case) -> tuple[Visit, datetime] | None:
        """A visit soon after the last step of its case, if that time is over already."""
        last, length = self.last_of(case), timedelta(hours=case.policy.visits.usual_hours)
        first = timezone.localtime(last).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
        days = [first + timedelta(hours=hours) for hours in (0, 5, 24, 29, 48, 53)]
        over = [day for day in days if day + length + timedelta(hours=1) <= self.now]
        with told_at(last + timedelta(minutes=20)):
            visit = next((row for day in over if (row := self.plan(case, day, agrees=True, tries=1))), None)
        if visit is None:
            return None
        day, end = visit.starts_at, visit.ends_at
        with told_at(day - timedelta(minutes=40)):
            ticked = [item.code for item in visit.policy.visits.preparation]
            working.prepare(visit=visit, by=visit.engineer, ticked=ticked, supplies=visit.supplies)
        with told_at(day):
            working.arrive(visit=visit, by=visit.engineer)
            working.agree_plan(
                visit=visit, by=visit.engineer, phenomenon=f"与客户确认：{case.summary}", plan=visit.task,
                agreed_with=visit.contact_name, environment="室内，供电正常",
            )  # fmt: skip
        with told_at(end):
            working.write_report(visit=visit, by=visit.engineer, values=self.report(visit))
        return visit, end

    def report(self, visit: Visit) -> dict[str, Any]:
        """Everything well done."""
        rows = [{"code": item.code, "value": "合格", "passed": True} for item in visit.policy.visits.criteria]
        return {
            "steps": f"{visit.task}，运行一小时正常。", **self.free_parts(visit),
            "parameters": "按出厂参数恢复", "results": rows, "verdict": "solved", "residual": "",
            "advice": "每周点检一次", "training": "日常保养要点", "trained": visit.contact_name, "demonstrated": True,
            "cleaned": True,
        }  # fmt: skip

    def free_parts(self, visit: Visit) -> dict[str, Any]:
        """The first visit to a door names parts that nobody issued."""
        if visit.case.line is None or visit.case.line.code != "door" or FieldReport.objects.exclude(parts="").exists():
            return {"parts": "", "same_parts": False}
        return {"parts": "铰链螺丝 M5×20 8 颗", "same_parts": True, "parts_reason": "客户急用，先取随车备件，未及领用"}

    def finished(self, case: Case) -> None:
        """Visited, solved, signed on the screen."""
        done = self.on_site(case)
        if done is None:
            return
        visit, end = done
        with told_at(end + timedelta(minutes=15)):
            signing.sign(
                visit=visit, by=visit.engineer, satisfied=True, person=visit.contact_name, picture=scribble(),
                process_score=5, result_score=5, attitude_score=5, opinion="服务及时",
            )  # fmt: skip

    def waits_for_signature(self, case: Case) -> None:
        """Visited and reported; the customer's person in charge was not there to sign."""
        self.on_site(case)
