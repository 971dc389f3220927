"""The demonstration accounts. Their addresses are of example.com, which RFC 2606 sets aside."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.accounts.model import Role
from marketplace.places import Point

DEMO_PASSWORD = "selvedge demo account"  # noqa: S105 - printed at the start, for demonstration only


@dataclass(frozen=True, slots=True)
class DemoStudio:
    name: str
    place: str
    point: Point


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """`role`: what to sign in as them for. `supplier`: the external id of the firm they belong to."""

    email: str
    name: str
    role: str
    studio: DemoStudio | None = None
    supplier: str = ""
    supplier_role: Role = Role.OWNER
    is_apprentice: bool = False
    is_moderator: bool = False


DEMO_PEOPLE = (
    DemoPerson(
        "designer@example.com",
        "Nour Adebayo-Lind",
        "designer with a studio in Silver Lake, Los Angeles",
        studio=DemoStudio("Reservoir Studio", "Silver Lake, Los Angeles", Point.of(34.0867, -118.2702)),
    ),
    DemoPerson(
        "stilista@example.com",
        "Livia Bencivenni",
        "designer with a studio in Prato",
        studio=DemoStudio("Studio Bencivenni", "Prato, Toscana", Point.of(43.88, 11.10)),
    ),
    DemoPerson(
        "sewing@example.com",
        "Marisol Echeandía",
        "owner of a sewing room in Los Angeles",
        supplier="demo-los-angeles-sewing-room-01",
    ),
    DemoPerson(
        "floor@example.com",
        "Hyun-ju Paik",
        "staff member of the same sewing room: may publish weeks, may not close the listing",
        supplier="demo-los-angeles-sewing-room-01",
        supplier_role=Role.STAFF,
    ),
    DemoPerson(
        "tintoria@example.com",
        "Ambrogio Ronzoni-Valli",
        "owner of a dye house near Como",
        supplier="demo-como-dye-house-01",
    ),
    DemoPerson(
        "apprentice@example.com",
        "Tomás Villaseñor",
        "apprentice looking for a paid placement",
        is_apprentice=True,
    ),
    DemoPerson("moderator@example.com", "Edith Okafor-Hale", "moderator", is_moderator=True),
)

# Others whom the demonstration designer has dealt with. Not printed, and the same password.
DEMO_PARTNERS = tuple(
    DemoPerson(f"workshop{number}@example.com", name, "owner of a sewing room in Los Angeles", supplier=supplier)
    for number, (name, supplier) in enumerate(
        (
            ("Ji-won Hwang", "demo-los-angeles-sewing-room-05"),
            ("Santino Oropeza", "demo-los-angeles-sewing-room-19"),
            ("Min-seo Cho", "demo-los-angeles-sewing-room-30"),
            ("Elena Serrato", "demo-los-angeles-sewing-room-33"),
            ("Dolores Santee-Ruiz", "demo-los-angeles-sewing-room-31"),
            ("Ofelia Cienfuegos", "demo-los-angeles-sewing-room-24"),
        ),
        1,
    )
)

# Studios around the demonstration dye house that share its pools. Not printed, and the same password.
DEMO_STUDIOS = tuple(
    DemoPerson(email, name, f"designer with a studio in {place}", studio=DemoStudio(studio, place, point))
    for email, name, studio, place, point in (
        ("studio1@example.com", "Carola Mezzera", "Filo e Fosso", "Como, Lombardia", Point.of(45.8081, 9.0852)),
        ("studio2@example.com", "Davide Okonkwo", "Officina Okonkwo", "Monza, Lombardia", Point.of(45.5845, 9.2744)),
        ("studio3@example.com", "Ilse Brambilla", "Atelier Brambilla", "Lecco, Lombardia", Point.of(45.8566, 9.3977)),
    )
)
