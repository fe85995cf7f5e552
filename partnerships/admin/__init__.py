"""Partnerships in the admin: partners and counterparts, agreements, the dual list."""

from partnerships.admin.agreements import AgreementAdmin
from partnerships.admin.dual_list import DualListItemAdmin, ReportedTotalAdmin
from partnerships.admin.parties import CounterpartAdmin, PartnerAdmin

__all__ = ["AgreementAdmin", "CounterpartAdmin", "DualListItemAdmin", "PartnerAdmin", "ReportedTotalAdmin"]
