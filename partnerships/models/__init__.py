from partnerships.models.agreements import Agreement, AgreementKind, AgreementStatus, Verification
from partnerships.models.dual_list import DualListItem, Measure, ProgressNote, ReportedTotal, Side, Stage
from partnerships.models.parties import Counterpart, Partner, PartnerKind, PartnerName

__all__ = [
    "Agreement",
    "AgreementKind",
    "AgreementStatus",
    "Counterpart",
    "DualListItem",
    "Stage",
    "Measure",
    "Partner",
    "PartnerKind",
    "PartnerName",
    "ProgressNote",
    "ReportedTotal",
    "Side",
    "Verification",
]
