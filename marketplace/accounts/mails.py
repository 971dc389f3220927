"""What our mails say. Pure.

They do not greet by name: a stranger can sign up with somebody's address and write an advertisement into the
name. Each has one link at most and says what to do when it was somebody else.
"""

from __future__ import annotations

from typing import NamedTuple

from marketplace.accounts.model import OrganisationKind


class MailText(NamedTuple):
    subject: str
    body: str


_SIGNATURE = "\n\nSelvedge\n{site_url}\n"


def confirm_address(site_url: str, token: str) -> MailText:
    return _mail(
        site_url,
        "Confirm your e-mail address",
        f"""\
Hello,

somebody signed up to Selvedge with this e-mail address. If it was you, open this link and press the button:

{site_url}/confirm/{token}

It works for three days. You can sign in without it; a confirmed address lets workshops and designers rely
on reaching you.

If it was not you, do nothing: leave the link unopened. Nobody can read your mail because of this. If you want
the account for yourself, ask for a new password on the sign-in page; that shuts out whoever made it.""",
    )


def already_known(site_url: str) -> MailText:
    return _mail(
        site_url,
        "You have an account already",
        f"""\
Hello,

somebody tried to sign up to Selvedge with this e-mail address. You have an account already, so nothing was
changed: sign in with your own password.

If you have forgotten it, ask for a new one here:

{site_url}/reset

If it was not you, do nothing. Whoever it was has learned nothing about you.""",
    )


def reset_password(site_url: str, token: str) -> MailText:
    return _mail(
        site_url,
        "Choose a new password",
        f"""\
Hello,

somebody asked for a new password for your Selvedge account. If it was you, choose one here:

{site_url}/reset/{token}

The link works once, for one hour. The new password signs you out on all devices.

If it was not you, do nothing: your password stays as it is. Never pass the link on.""",
    )


def password_changed(site_url: str) -> MailText:
    return _mail(
        site_url,
        "Your password was changed",
        f"""\
Hello,

the password of your Selvedge account was just changed, and all other devices were signed out.

If it was you, there is nothing to do. If it was not you, choose a new password at once:

{site_url}/reset""",
    )


def invitation(site_url: str, token: str, inviter_email: str, kind: OrganisationKind) -> MailText:
    what = "workshop" if kind is OrganisationKind.SUPPLIER else "designer’s studio"
    return _mail(
        site_url,
        "You are invited to work together",
        f"""\
Hello,

{inviter_email} runs a {what} on Selvedge and invites you to keep it together. If you know them, open this link,
sign in (or sign up first, with this e-mail address) and press the button:

{site_url}/invitations/{token}

It works for seven days.

If you don't know them, do nothing: you belong to nothing until you press the button.""",
    )


def _mail(site_url: str, subject: str, body: str) -> MailText:
    return MailText(f"Selvedge: {subject}", body + _SIGNATURE.format(site_url=site_url))
