"""The named form of products: F16, the customer's service card."""

from bihuan.core.documents.paper import AnySection, Facts, Signature, Signatures, Text
from bihuan.core.documents.registry import form
from bihuan.registry.products.models import Unit


@form("F16", "products.unit")
def service_card(unit: Unit) -> list[AnySection]:
    """客户售后服务卡: whose product, where, since when, promised what (CUS-02)."""
    card, promise = unit.card, unit.warranty
    return [
        Facts(
            title="客户信息",
            rows=(
                ("卡号", card.number), ("客户名称", card.customer.name), ("联系人", card.contact_name),
                ("联系电话", card.contact_phone), ("安装地址", card.address or card.customer.address),
            ),
        ),
        Facts(
            title="产品信息",
            rows=(
                ("产品名称", unit.model.name), ("型号规格", f"{unit.model.code} {unit.model.specification}".strip()),
                ("序列号", unit.serial), ("批次", str(unit.batch or "")),
                ("出厂日期", str(unit.shipped_on or unit.produced_on or "")), ("安装日期", str(card.installed_on)),
                ("安装人员", card.installer), ("保修约定", promise.name if promise else ""),
            ),
        ),
        Text(title="备注", body=card.remark),
        Signatures(items=(Signature(label="安装人员", name=card.installer), Signature(label="客户"))),
    ]  # fmt: skip
