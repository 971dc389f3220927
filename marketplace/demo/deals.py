"""Briefs, enquiries, quotes and orders of the demonstration people, in every state, up to today.

Told in the order in which it happened. Whoever's weeks do not take a run on this day of the year leaves that
enquiry unanswered, so nothing here depends on which day it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.briefs import shortlist
from marketplace.db import Database
from marketplace.demo import briefs
from marketplace.demo.apprentice import APPRENTICE, add_apprenticeship
from marketplace.demo.market import Firm, Market
from marketplace.demo.people import DEMO_PARTNERS
from marketplace.demo.pools import add_pools
from marketplace.enquiries import actions as enquiries
from marketplace.enquiries.model import Enquiry, MessageKind, Offer, Reason
from marketplace.files.actions import Cabinet
from marketplace.moderation import actions as moderation
from marketplace.moderation.forms import ReportForm
from marketplace.moderation.model import Kind
from marketplace.moderation.model import Reason as Wrong
from marketplace.orders import actions as orders
from marketplace.orders import running
from marketplace.orders import store as order_store
from marketplace.orders.model import MilestoneKind, Order, PaymentDraft, PaymentKind
from marketplace.orders.reviews import actions as reviews
from marketplace.orders.thread import actions as order_thread
from marketplace.suppliers.model import PriceBreak
from marketplace.units import Quantity, Unit, Week
from marketplace.waiting import actions as waiting

DESIGNER, WORKSHOP = "designer@example.com", "sewing@example.com"
_DAY = timedelta(days=1)
_ONE = Quantity.of(1, Unit.PIECE)  # whatever an offer is for is put in when it is sent


def add_deals(database: Database, session: Session, cabinet: Cabinet | None, now: datetime) -> None:
    """All of it, inside the caller's transaction."""
    market = Market(database, session, cabinet)
    designer, home = market.actor(DESIGNER), market.firm(WORKSHOP)
    others = [market.firm(partner.email) for partner in DEMO_PARTNERS]
    _completed(market, designer, home, now)
    _in_production(market, designer, home, others, now)
    _comparable(market, designer, home, others, now)
    market.write(designer, briefs.raincoat(), now - 2 * _DAY)
    _dye_job(market, now)
    _wait(database, designer, home, now)
    add_pools(market, now)
    for firm, note in zip(others, ("Clean felled seams on the sample", "Ask again for knits", ""), strict=False):
        shortlist.put(database, designer, firm.supplier.public_id, note, now - 3 * _DAY)
    _report(database, market.actor(APPRENTICE), others[-1], now)
    add_apprenticeship(market, home, others, now)
    for email in (DESIGNER, WORKSHOP, *(partner.email for partner in DEMO_PARTNERS)):
        market.settle_notices(email, now - 3 * _DAY, now)


def _completed(market: Market, designer: Actor, home: Firm, now: datetime) -> None:
    """A run of twelve weeks ago: made, paid, delivered, and reviewed by both sides."""
    day = _at(now, 84)
    brief = market.write(designer, briefs.aprons(day.date()), day)
    enquiry = market.ask(designer, brief, [home], "sew", day)[0]
    offer = Offer(_ONE, "USD", 3900, setup_minor=6000, note="Thread and labels are in it; cutting is not.")
    order = _booked(market, designer, home, enquiry, offer, day + 2 * _DAY)
    if order is None:
        return
    _pay(market, designer, home, order, PaymentKind.DEPOSIT, 30, _at(now, 76))
    # On the day that was agreed, unless that year's holidays moved it to later than this story allows.
    agreed = (now.date() - order.ready).days if order.ready else 0
    delivered = _at(now, max(agreed, 35))
    _done(market, order, home.actor, MilestoneKind.BULK, delivered - 2 * _DAY)
    orders.deliver(
        market.database,
        home.actor,
        order.public_id,
        quantity=order.quantity,
        on=delivered.date(),
        now=delivered,
    )
    _pay(market, designer, home, order, PaymentKind.BALANCE, 70, _at(now, 32))
    running.set_lots(market.database, home.actor, order.public_id, "Canvas roll 0412, thread 120 natural", delivered)
    orders.complete(market.database, designer, order.public_id, _at(now, 31))
    words = "On the day they said, 30 of 30, every pocket straight. They rang before they changed the bartack thread."
    reviews.write(market.database, designer, order.public_id, 5, words, _at(now, 30))
    words = "A clear pattern, cloth two days early, paid the day after delivery. We would sew for them again."
    review = reviews.write(market.database, home.actor, order.public_id, 5, words, _at(now, 29))
    reviews.answer(market.database, designer, review.public_id, "Thank you! The bakery ordered more.", _at(now, 28))


def _in_production(market: Market, designer: Actor, home: Firm, others: Sequence[Firm], now: datetime) -> None:
    """A run on the tables now; of the others who were asked one was told no, one never answered, one was let off."""
    day = _at(now, 24)
    brief = market.write(designer, briefs.overshirts(day.date()), day)
    late, lost, free = others[2:5]
    asked = market.ask(designer, brief, [home, late, lost, free], "sew", day)
    market.quote(lost, asked[2], Offer(_ONE, "USD", 1350, setup_minor=7600), day + _DAY)
    enquiries.withdraw(market.database, designer, asked[3].public_id, day + 2 * _DAY)
    offer = Offer(
        _ONE, "USD", 6900, setup_minor=11500, sample_minor=8500, note="A sample first; the run once you say yes."
    )
    order = _booked(market, designer, home, asked[0], offer, day + 2 * _DAY, starts_in=12)
    if order is not None:
        enquiries.close(market.database, designer, asked[2].public_id, day + 5 * _DAY)
    enquiries.time_out(market.session, asked[1], asked[1].answer_by)
    if order is None:
        return
    _pay(market, designer, home, order, PaymentKind.DEPOSIT, 40, _at(now, 18))
    _done(market, order, home.actor, MilestoneKind.SAMPLE, _at(now, 14))
    _done(market, order, designer, MilestoneKind.APPROVAL, _at(now, 12))
    order_thread.write(
        market.database,
        home.actor,
        order.public_id,
        "The first ten are off the table. The second pocket sits 4 mm higher than on the sample: keep it?",
        now - 20 * timedelta(hours=1),
    )


def _comparable(market: Market, designer: Actor, home: Firm, others: Sequence[Firm], now: datetime) -> None:
    """Two quotes to compare, one firm that is full, and the home workshop, which has still to answer."""
    day = _at(now, 3)
    brief = market.write(designer, briefs.jackets(now.date()), day, briefs.MEASUREMENTS)
    first, second, full = others[0], others[1], others[5]
    asked = market.ask(designer, brief, [first, second, full, home], "sew", day)
    hour = timedelta(hours=1)
    question = market.say(
        first.actor, asked[0], MessageKind.QUESTION, "Felled seams inside the sleeves too, or bound?", day + 3 * hour
    )
    market.say(designer, asked[0], MessageKind.ANSWER, "Bound is fine inside the sleeves.", day + 5 * hour, question)
    enquiries.decline(
        market.database,
        full.actor,
        asked[2].public_id,
        Reason.FULL,
        "Uniforms until spring. Ask us again for the summer run.",
        day + 6 * hour,
    )
    dear = Offer(
        _ONE,
        "USD",
        2600,
        breaks=(PriceBreak(100, 2350),),
        sample_minor=6500,
        note="Thread and bartacks are in it. Buttons and labels come from you.",
    )
    cheap = Offer(_ONE, "USD", 2050, setup_minor=18000, note="Pressing and bagging are in it.")
    market.quote(first, asked[0], dear, day + 22 * hour, days=10)
    market.quote(second, asked[1], cheap, day + 40 * hour, days=7)
    market.say(second.actor, asked[1], MessageKind.QUESTION, "Who brings the corozo buttons?", now - 5 * hour)


def _dye_job(market: Market, now: datetime) -> None:
    designer, house = market.actor("stilista@example.com"), market.firm("tintoria@example.com")
    brief = market.write(designer, briefs.twill(now.date()), now - _DAY)
    if any(service.draft.process == "dye_fabric" for service in house.supplier.services):
        market.ask(designer, brief, [house], "dye_fabric", now - _DAY)


def _wait(database: Database, designer: Actor, home: Firm, now: datetime) -> None:
    """A place in the line for two weeks that are too small for the run as they stand."""
    first = Week.containing(now.date()).plus(2)
    waiting.join(
        database,
        designer,
        home.supplier.public_id,
        home.service_of("sew"),
        Quantity.of(90, Unit.PIECE).atoms,
        first,
        first.plus(1),
        now - _DAY,
    )


def _report(database: Database, reader: Actor, firm: Firm, now: datetime) -> None:
    """Something for the moderator to look into."""
    words = "They say they publish open weeks, but the two I asked about were full. The telephone rings at a bakery."
    moderation.send_report(
        database, reader, Kind.SUPPLIER, firm.supplier.public_id, ReportForm(Wrong.NOT_TRUE, words), now - _DAY
    )


# --- what several of them share


def _booked(
    market: Market,
    designer: Actor,
    firm: Firm,
    enquiry: Enquiry,
    offer: Offer,
    now: datetime,
    *,
    starts_in: int = 7,
) -> Order | None:
    """Quoted, and accepted three days later."""
    sent = market.quote(firm, enquiry, offer, now, arrival=(now + starts_in * _DAY).date())
    return orders.accept(market.database, designer, sent.public_id, now + 3 * _DAY) if sent else None


def _pay(
    market: Market, designer: Actor, firm: Firm, order: Order, kind: PaymentKind, percent: int, now: datetime
) -> None:
    """The designer says it is paid; the workshop, two days later, that it has come."""
    draft = PaymentDraft(kind, order.total_minor * percent // 100, paid_on=now.date())
    payment = running.add_payment(market.database, designer, order.public_id, draft, now)
    later = now + 2 * _DAY
    running.say_received(market.database, firm.actor, order.public_id, payment.public_id, later.date(), later)


def _done(market: Market, order: Order, actor: Actor, kind: MilestoneKind, now: datetime) -> None:
    for step in order_store.list_milestones(market.session, order.id):
        if step.kind is kind:
            running.mark_done(market.database, actor, order.public_id, step.public_id, now)


def _at(now: datetime, days: int) -> datetime:
    """The morning so many days ago."""
    return datetime.combine(now.date() - days * _DAY, time(9, 30), UTC)
