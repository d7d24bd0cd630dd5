"""What other features use of the programme: plans in and out, calculating, comparing, the guidelines."""

from __future__ import annotations

from kimhub.programme.calculator import calculate
from kimhub.programme.cells import FIRST_YEAR, LAST_YEAR, Cell
from kimhub.programme.comparison import Comparison, compare
from kimhub.programme.days.announcement import SOURCE_OF_FINALITY, AnnouncedBy, Finality, announced, finality
from kimhub.programme.days.periods import Reckoned, TimeUnit, months_after
from kimhub.programme.deadlines import Deadline, application_deadline, before_meeting
from kimhub.programme.distribution.calculator import distribute
from kimhub.programme.distribution.documents import (
    distributed_to_json,
    distribution_from_json,
    distribution_from_toml,
    distribution_to_json,
)
from kimhub.programme.distribution.inputs import Distribution, KeyFigure, MoneyBehind, Party
from kimhub.programme.distribution.key_figures import (
    KeyLine,
    key_figures_from_csv,
    key_figures_from_rows,
    with_key_figures,
)
from kimhub.programme.distribution.result import CellMoney, DistributionResult, PartyShare
from kimhub.programme.distribution.schemas import DistributionSchema
from kimhub.programme.distribution.terms import DistributionMethod, Measure, ShareNote, Waiver
from kimhub.programme.documents import (
    comparison_to_json,
    plan_from_json,
    plan_from_toml,
    plan_to_json,
    result_to_json,
    scenarios_to_json,
)
from kimhub.programme.drawdown import CallStep, Drawable, FundsOfYear, Limit, drawable, share_of_grant
from kimhub.programme.drawdown_files import load_drawdown_rules
from kimhub.programme.drawdown_rules import DrawdownRules
from kimhub.programme.errors import DistributionInvalidError, FoerderrichtlinieMissingError, PlanInvalidError
from kimhub.programme.foerderrichtlinien import Foerderrichtlinie, Foerderrichtlinien
from kimhub.programme.guideline_files import load_foerderrichtlinien
from kimhub.programme.late_use import (
    Movement,
    Portion,
    ReceiptUse,
    funded_part,
    interest_risk,
    net,
    use_deadline,
)
from kimhub.programme.plan import CostLine, Period, Plan, Position, Recipient, YearGrant
from kimhub.programme.result import (
    COST_ROW,
    EIGENANTEIL_ROW,
    GRANT_ROW,
    Finding,
    GrantOfYear,
    GrantStep,
    PlanResult,
    ResultRow,
    RowKind,
)
from kimhub.programme.scenarios import (
    MAX_SCENARIOS,
    MIN_SCENARIOS,
    Scenario,
    ScenarioCell,
    ScenarioTable,
    compare_scenarios,
)
from kimhub.programme.schemas import COST_TEILPLANZEILEN, PlanSchema
from kimhub.programme.table import row_label, step_formula
from kimhub.programme.terms import (
    Baustein,
    Employer,
    GrantBasis,
    GrantPurpose,
    PositionFunction,
    Purpose,
    RecipientKind,
    Teilplanzeile,
    Unit,
    ValueKey,
)
from kimhub.programme.what_if import Change, apply_changes, parse_changes

__all__ = [
    "COST_ROW",
    "COST_TEILPLANZEILEN",
    "EIGENANTEIL_ROW",
    "FIRST_YEAR",
    "GRANT_ROW",
    "LAST_YEAR",
    "MAX_SCENARIOS",
    "MIN_SCENARIOS",
    "SOURCE_OF_FINALITY",
    "AnnouncedBy",
    "Baustein",
    "CallStep",
    "Cell",
    "CellMoney",
    "Change",
    "Comparison",
    "CostLine",
    "Deadline",
    "Distribution",
    "DistributionInvalidError",
    "DistributionMethod",
    "DistributionResult",
    "DistributionSchema",
    "Drawable",
    "DrawdownRules",
    "Employer",
    "Finality",
    "Finding",
    "Foerderrichtlinie",
    "FoerderrichtlinieMissingError",
    "Foerderrichtlinien",
    "FundsOfYear",
    "GrantBasis",
    "GrantOfYear",
    "GrantPurpose",
    "GrantStep",
    "KeyFigure",
    "KeyLine",
    "Limit",
    "Measure",
    "MoneyBehind",
    "Movement",
    "Party",
    "PartyShare",
    "Period",
    "Plan",
    "PlanInvalidError",
    "PlanResult",
    "PlanSchema",
    "Portion",
    "Position",
    "PositionFunction",
    "Purpose",
    "ReceiptUse",
    "Recipient",
    "RecipientKind",
    "Reckoned",
    "ResultRow",
    "RowKind",
    "Scenario",
    "ScenarioCell",
    "ScenarioTable",
    "ShareNote",
    "Teilplanzeile",
    "TimeUnit",
    "Unit",
    "ValueKey",
    "Waiver",
    "YearGrant",
    "announced",
    "application_deadline",
    "apply_changes",
    "before_meeting",
    "calculate",
    "compare",
    "compare_scenarios",
    "comparison_to_json",
    "distribute",
    "distributed_to_json",
    "distribution_from_json",
    "distribution_from_toml",
    "distribution_to_json",
    "drawable",
    "finality",
    "funded_part",
    "interest_risk",
    "key_figures_from_csv",
    "key_figures_from_rows",
    "load_drawdown_rules",
    "load_foerderrichtlinien",
    "months_after",
    "net",
    "parse_changes",
    "plan_from_json",
    "plan_from_toml",
    "plan_to_json",
    "result_to_json",
    "row_label",
    "scenarios_to_json",
    "share_of_grant",
    "step_formula",
    "use_deadline",
    "with_key_figures",
]
