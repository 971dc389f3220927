"""What tests of the commands share: how they call one, and three files that they import."""

from __future__ import annotations

from collections.abc import Callable
from subprocess import CompletedProcess

Selvedge = Callable[..., "CompletedProcess[str]"]

SUPPLIERS = """external_id,name,kind,locality,country,lat,lon,skills
a,Atelier Uno,sewing_room,Prato,IT,43.8980002,11.1,buttonhole
b,Atelier Due,sewing_room,Prato,IT,43.9700003,11.1,
c,,sewing_room,Prato,IT,43.97,11.1,
"""
SERVICES = """supplier_external_id,process,min_quantity,unit,basis,lead_days,weekly_capacity
a,sew,20,piece,style,5,40
b,sew,80,piece,order,5,40
"""
CAPACITY = """supplier_external_id,process,week_start,open_quantity,unit
a,sew,2027-W09,12,piece
"""
