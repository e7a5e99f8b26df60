"""Acceptance sampling: the plans of the standards, their switching rules, what a plan does and how to find one."""

from bihuan.stats.sampling.ansi_z19 import (
    VariablesDecision,
    VariablesPlan,
    estimated_nonconforming,
    variables_decision,
    variables_plan,
    variables_tables,
)
from bihuan.stats.sampling.curves import OutgoingLimit, aoq, aoql, asn, ati, oc, quality_at
from bihuan.stats.sampling.iso2859 import AttributePlan, aql_name, attribute_plan, code_letter, tables
from bihuan.stats.sampling.plans import DoublePlan, Plan, SinglePlan, decide
from bihuan.stats.sampling.search import FoundPlan, find_double, find_single
from bihuan.stats.sampling.switching import (
    LotResult,
    SwitchingState,
    SwitchingStep,
    follow,
    lot_result,
    resume,
    switch,
    tighter_accept,
)
from bihuan.stats.sampling.variables_search import FoundVariablesPlan, find_variables, variables_oc
from bihuan.stats.sampling.zero_acceptance import ZeroPlan, zero_acceptance, zero_acceptance_like

__all__ = [
    "AttributePlan",
    "DoublePlan",
    "FoundPlan",
    "FoundVariablesPlan",
    "LotResult",
    "OutgoingLimit",
    "Plan",
    "SinglePlan",
    "SwitchingState",
    "SwitchingStep",
    "VariablesDecision",
    "VariablesPlan",
    "ZeroPlan",
    "aoq",
    "aoql",
    "aql_name",
    "asn",
    "ati",
    "attribute_plan",
    "code_letter",
    "decide",
    "estimated_nonconforming",
    "find_double",
    "find_single",
    "find_variables",
    "follow",
    "lot_result",
    "oc",
    "quality_at",
    "resume",
    "switch",
    "tables",
    "tighter_accept",
    "variables_decision",
    "variables_oc",
    "variables_plan",
    "variables_tables",
    "zero_acceptance",
    "zero_acceptance_like",
]
