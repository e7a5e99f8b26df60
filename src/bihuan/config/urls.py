"""All addresses. Customers' pages are short: /f/ feedback, /u/ unit, /c/ case, /s/ survey, /v/ visit, /g/ goods."""

from django.urls import include, path

from bihuan.config.api import api
from bihuan.config.home import home
from bihuan.config.language import set_language

urlpatterns = [
    path("", home, name="home"),
    path("language/", set_language, name="set_language"),
    path("api/v1/", api.urls),
    path("", include("bihuan.registry.people.urls")),
    path("cases/", include("bihuan.service.desk.urls")),
    path("issues/", include("bihuan.quality.issues.urls")),
    path("nonconformities/", include("bihuan.quality.nonconformity.urls")),
    path("problems/", include("bihuan.quality.problems.urls")),
    path("returned/", include("bihuan.quality.returned.urls")),
    path("recalls/", include("bihuan.quality.recall.urls")),
    path("r/", include("bihuan.quality.recall.public_urls")),
    path("costs/", include("bihuan.quality.cost.urls")),
    path("parts/", include("bihuan.service.parts.urls")),
    path("suppliers/", include("bihuan.registry.suppliers.urls")),
    path("visits/", include("bihuan.service.visits.urls")),
    path("v/", include("bihuan.service.visits.public_urls")),
    path("returns/", include("bihuan.service.returns.urls")),
    path("g/", include("bihuan.service.returns.public_urls")),
    path("inbox/", include("bihuan.service.desk.inbox_urls")),
    path("follow-up/", include("bihuan.service.followup.urls")),
    path("", include("bihuan.service.desk.public_urls")),
    path("s/", include("bihuan.service.followup.public_urls")),
    path("customers/", include("bihuan.registry.customers.urls")),
    path("products/", include("bihuan.registry.products.urls")),
    path("quality/monitor/", include("bihuan.quality.monitor.urls")),
    path("files/", include("bihuan.core.files.urls")),
    path("documents/", include("bihuan.core.documents.urls")),
    path("lists/", include("bihuan.core.listing.urls")),
    path("exports/", include("bihuan.core.exporting.urls")),
    path("imports/", include("bihuan.core.importing.urls")),
    path("tables/", include("bihuan.core.masterdata.urls")),
    path("rules/", include("bihuan.core.rulebook.urls")),
    path("jobs/", include("bihuan.core.jobs.urls")),
    path("calendar/", include("bihuan.core.calendar.urls")),
    path("approvals/", include("bihuan.core.approvals.urls")),
    path("notices/", include("bihuan.core.notify.urls")),
    path("search/", include("bihuan.core.search.urls")),
]
