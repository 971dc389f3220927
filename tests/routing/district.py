"""A small district around Prato: a chain of workshops, and a request for 50 pieces through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.test import TestResponse

Load = Callable[[str, str], None]
Ask = Callable[..., TestResponse]

SUPPLIERS = """external_id,name,kind,locality,country,lat,lon,skills,materials
W1,Tessitura Uno,weaver,Nord,IT,43.9700003,11.1,,
D1,Tintoria Uno,dye_house,Nord,IT,43.9880002,11.1,indigo,wool
D2,Tintoria Due,dye_house,Nord,IT,44.0149999,11.1,,cotton
C1,Taglio Uno,cutter,Nord,IT,43.9250003,11.1,,
S1,Sartoria Uno,sewing_room,Nord,IT,43.9340003,11.1,buttonhole,
S2,Sartoria Due,sewing_room,Nord,IT,43.9520003,11.1,,
P1,Modelli Uno,pattern_maker,Nord,IT,43.8980002,11.1,,"""
SERVICES = """\
supplier_external_id,process,min_quantity,unit,basis,lead_days,weekly_capacity,price_minor,currency,price_per
W1,weave,50,metre,warp,7,200,1500,EUR,metre
D1,dye_fabric,20,kg,colour,5,100,350,EUR,kg
D2,dye_fabric,20,kg,colour,5,100,300,EUR,kg
C1,cut,10,piece,style,1,100,500,EUR,piece
S1,sew,10,piece,style,1,50,3000,EUR,piece
S2,sew,10,piece,style,1,50,3100,EUR,piece
P1,pattern,1,style,style,20,2,20000,EUR,style"""

REQUEST: dict[str, Any] = {
    "lat": 43.88,
    "lon": 11.1,
    "radius_km": 30,
    "start": "2027-03-01",
    "pieces": 50,
    "cloth": {"metres_per_piece": 2.0, "width_cm": 150, "gsm": 200},
    "steps": [{"process": "weave"}, {"process": "dye_fabric"}, {"process": "cut"}, {"process": "sew"}],
}
