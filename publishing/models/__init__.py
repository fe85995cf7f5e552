"""What every content app shares: the road to the public page, reviews, pictures, redirects, the generation number."""

from publishing.models.addresses import Generation, Redirect, validate_own_path
from publishing.models.pictures import Picture, PictureQuerySet
from publishing.models.publishable import Publishable, ReviewLevel, State, WithdrawalMode
from publishing.models.reviews import ReviewStep, StepKind
from publishing.preflight.models import Consent, Override, Slip

__all__ = [
    "Consent",
    "Generation",
    "Override",
    "Picture",
    "PictureQuerySet",
    "Publishable",
    "Redirect",
    "ReviewLevel",
    "ReviewStep",
    "Slip",
    "State",
    "StepKind",
    "WithdrawalMode",
    "validate_own_path",
]
