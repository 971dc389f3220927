"""The mails of accounts."""

from __future__ import annotations

from mail_case import SITE, TOKEN, Case

from marketplace.accounts import mails
from marketplace.accounts.model import OrganisationKind

CASES = (
    Case("accounts-confirm-address", mails.confirm_address, (SITE, TOKEN)),
    Case("accounts-already-known", mails.already_known, (SITE,)),
    Case("accounts-reset-password", mails.reset_password, (SITE, TOKEN)),
    Case("accounts-invitation", mails.invitation, (SITE, TOKEN, "rosa@example.com", OrganisationKind.SUPPLIER)),
    Case("accounts-password-changed", mails.password_changed, (SITE,)),
)
