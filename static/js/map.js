/* The map. Our own base map on canvas, place labels, pins that gather into buttons, the search circle.

   In a page: link vendor/leaflet/leaflet.css and css/map.css, load this file as a module, and write

     <div class="map" data-map data-map-source="map-data" role="region" aria-label="Map of the results">fallback</div>
     <script type="application/json" id="map-data">{...}</script>

   Elements with `data-map` are mounted by this module itself, and refreshed after an htmx swap when the text of
   their JSON changed. Elements with `data-pick` become a location picker. Without JavaScript the fallback stays.

   Attributes of the element, all optional:
     data-map-source    id of the JSON script, or data-map-url: an address that answers with the same JSON
     data-labels-url    place names: GET ?south=&west=&north=&east=&limit=60 -> [{name, lat, lon, population}]
     data-tile-url      {z}/{x}/{y} tiles over the base map, with data-tile-attribution (plain text)
     data-map-base      folder of the base map, when it is not ../map/ beside this file
     data-map-zoom      "fit" (default: to the circle, or else to the hits), "hits", or a zoom number with data-lat and data-lon

   The JSON:
     {"centre": {"lat", "lon", "label"}, "radius_km": 40, "unit": "km" | "mi",
      "hits": [{"id", "lat", "lon", "name", "url", "distance", "verdict", "tone": "yes" | "surcharge" | "no", "note"}],
      "routes": [{"id", "label", "points": [[lat, lon], ...], "stop": {"lat", "lon", "text"} (words beside the line)}],
      "more_url": address of a GeoJSON FeatureCollection with the hits that are not in this text}
   or a GeoJSON FeatureCollection of points whose properties are those of a hit (`distance_km` is put into words;
   a `verdict` of yes, surcharge or no also), with centre, radius_km, unit and routes as further members.
   What `more_url` answers is fetched once the map is seen; `total` and `truncated` in it are put into words. When it
   fails, the map stays with what it has, says so and offers to try again.
   A card in the page with data-hit-id (or data-hit) equal to a hit's id is linked with its pin, both ways.

   mountMap(element, options) -> map     options: the attributes above in camelCase, and data
   update(map, data)                     new results in the same map
   pickPoint(element, {lat, lon, onChange}) -> {map, set(lat, lon)}
     data-lat-input, data-lon-input name the inputs (id, name or selector) it reads and writes. */

import "../vendor/leaflet/leaflet.js";
import "../vendor/supercluster/supercluster.min.js";

const L = globalThis.L;
const Supercluster = globalThis.Supercluster;
const MIN_ZOOM = 2, MAX_ZOOM = 16, HINT_ZOOM = 13;
const reduced = matchMedia("(prefers-reduced-motion: reduce)");
const number = new Intl.NumberFormat(document.documentElement.lang || undefined);

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}
const wrap = (lon, near) => lon + 360 * Math.round((near - lon) / 360);

/* ---- Base map: files, decoding, drawing -------------------------------------------------------- */

const files = new Map();
function getJson(url) {
  if (!files.has(url)) {
    const promise = fetch(url, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status} ${url}`);
      return answer.json();
    });
    promise.catch(() => files.delete(url));
    files.set(url, promise);
  }
  return files.get(url);
}

/* A shape: points as shares of the world (0..1), its box, and which lines to draw along it: none on a cut. */
function decode(file) {
  const size = 2 ** file.bits, [x0, y0, x1, y1] = file.box, layers = {};
  for (const [layer, shapes] of Object.entries(file)) {
    if (!Array.isArray(shapes?.[0])) continue;
    const ring = ["land", "lakes", "urban"].includes(layer);
    layers[layer] = shapes.map((flat) => {
      const n = flat.length / 2, xs = new Float64Array(n), ys = new Float64Array(n), on = new Uint8Array(n);
      let x = x0, y = y0, w = 2, s = 2, e = -1, no = -1;
      for (let i = 0; i < n; i++) {
        x += flat[2 * i]; y += flat[2 * i + 1];
        on[i] = (Math.abs(x - x0) < 1 ? 1 : 0) | (Math.abs(x - x1) < 1 ? 2 : 0) | (Math.abs(y - y0) < 1 ? 4 : 0) | (Math.abs(y - y1) < 1 ? 8 : 0);
        const u = xs[i] = x / size, v = ys[i] = y / size;
        if (u < w) w = u; if (u > e) e = u; if (v < s) s = v; if (v > no) no = v;
      }
      return { xs, ys, on, n, ring, box: [w, s, e, no] };
    });
  }
  return layers;
}
const decoded = new Map();
function getLayers(url) {
  if (!decoded.has(url)) {
    const promise = getJson(url).then(decode);
    promise.catch(() => decoded.delete(url));
    decoded.set(url, promise);
    if (decoded.size > 60) decoded.delete(decoded.keys().next().value);
  }
  files.delete(url);
  return decoded.get(url);
}

const COLOURS = ["land", "water", "shore", "coast", "lake", "river", "border", "state", "urban"];
function readColours(element) {
  /* A custom property may hold light-dark(...): let a real property resolve it. */
  const probe = make("i", "map-probe"), colours = {};
  element.append(probe);
  for (const name of COLOURS) { probe.dataset.colour = name; colours[name] = getComputedStyle(probe).color; }
  probe.remove();
  return colours;
}

const BaseLayer = L.GridLayer.extend({
  options: { minZoom: MIN_ZOOM, maxZoom: MAX_ZOOM, updateWhenIdle: false, keepBuffer: 1, className: "map-base", base: "", index: null },
  initialize(options) { L.setOptions(this, options); this.cells = new Set(options.index.cells); },
  createTile(coords, done) {
    const canvas = make("canvas"), ratio = Math.min(devicePixelRatio || 1, 2);
    canvas.width = canvas.height = Math.ceil(257 * ratio);   // a pixel over the edge: no seams at odd display scales
    const z = coords.z, detail = this.options.index.cellZoom;
    let source = Promise.resolve({});
    if (z < detail) source = getLayers(this.options.base + "world.json");
    else {
      const key = (coords.x >> (z - detail)) + "_" + (coords.y >> (z - detail));
      if (this.cells.has(key)) source = getLayers(this.options.base + "cells/" + key + ".json");
    }
    source.then((layers) => { draw(canvas, layers, coords, ratio, this.colours); done(null, canvas); }, (error) => { draw(canvas, {}, coords, ratio, this.colours); done(error, canvas); });
    return canvas;
  },
  _initTile(tile) {
    L.GridLayer.prototype._initTile.call(this, tile);
    tile.style.width = tile.style.height = "257px";
  },
});

function draw(canvas, layers, { x, y, z }, ratio, colours) {
  const g = canvas.getContext("2d"), world = 256 * 2 ** z, left = 256 * x, top = 256 * y;
  g.scale(ratio, ratio);
  g.fillStyle = colours.water;
  g.fillRect(0, 0, 258, 258);
  const pad = 24, w = (left - pad) / world, e = (left + 257 + pad) / world, n = (top - pad) / world, s = (top + 257 + pad) / world;
  const visible = (shape) => shape.box[0] <= e && shape.box[2] >= w && shape.box[1] <= s && shape.box[3] >= n;
  g.lineJoin = g.lineCap = "round";

  const path = (name) => {
    g.beginPath();
    for (const shape of layers[name] || []) {
      if (!visible(shape)) continue;
      const { xs, ys } = shape;
      /* Points that lie outside on one side, with neighbours there too, cannot change what is seen: leave them out. */
      let before = 0, started = false;
      for (let i = 0; i < shape.n; i++) {
        const out = (xs[i] < w ? 1 : 0) | (xs[i] > e ? 2 : 0) | (ys[i] < n ? 4 : 0) | (ys[i] > s ? 8 : 0);
        if (out && started && out === before && i + 1 < shape.n) {
          const j = i + 1, next = (xs[j] < w ? 1 : 0) | (xs[j] > e ? 2 : 0) | (ys[j] < n ? 4 : 0) | (ys[j] > s ? 8 : 0);
          if (next === out) continue;
        }
        const px = xs[i] * world - left, py = ys[i] * world - top;
        started ? g.lineTo(px, py) : g.moveTo(px, py);
        started = true; before = out;
      }
      g.closePath();
    }
  };
  const fill = (name, colour) => { path(name); g.fillStyle = colour; g.fill("evenodd"); };
  const trace = (name, dash) => {
    if (!dash) g.beginPath();
    for (const shape of layers[name] || []) {
      if (!visible(shape)) continue;
      const { xs, ys, on, ring } = shape, count = ring ? shape.n : shape.n - 1;
      let pen = false, run = 0;
      for (let i = 0; i < count; i++) {
        const j = (i + 1) % shape.n, length = dash ? Math.hypot(xs[j] - xs[i], ys[j] - ys[i]) * world : 0;
        const seen = !(ring && on[i] & on[j]) && !((xs[i] < w && xs[j] < w) || (xs[i] > e && xs[j] > e) || (ys[i] < n && ys[j] < n) || (ys[i] > s && ys[j] > s));
        if (seen) {
          if (!pen) {
            if (dash) { g.beginPath(); g.lineDashOffset = run % (dash[0] + dash[1]); }
            g.moveTo(xs[i] * world - left, ys[i] * world - top);
          }
          g.lineTo(xs[j] * world - left, ys[j] * world - top);
        } else if (pen && dash) g.stroke();
        pen = seen; run += length;
      }
      if (dash && pen) g.stroke();
    }
  };
  const stroke = (name, colour, width, dash) => {
    g.strokeStyle = colour; g.lineWidth = width;
    g.setLineDash(dash || []);
    trace(name, dash);
    if (!dash) g.stroke();
    g.setLineDash([]);
  };

  const grow = Math.max(0, Math.min(1, (z - 4) / 7));
  g.globalAlpha = 0.5; stroke("land", colours.shore, 7 + 9 * grow);       // the water is paler along the coast, as engraved
  g.globalAlpha = 1; stroke("land", colours.shore, 3 + 4 * grow);
  fill("land", colours.land);
  if (z >= 6 && layers.urban) {
    g.save();
    path("land");
    g.clip("evenodd");
    const soft = z < 8 ? 0 : Math.min(46, 5 * 2 ** ((z - 8) * 0.9));       // no hard edge close up
    for (let i = 6; i && soft; i--) { g.globalAlpha = 0.12; stroke("urban", colours.urban, soft * i / 6); }
    g.globalAlpha = z > 9 ? 0.6 : 1;
    fill("urban", colours.urban);
    g.restore();
  }
  if (z >= 7) { g.globalAlpha = Math.min(1, (z - 5) / 5); stroke("streams", colours.river, 0.5 + grow * 0.8); g.globalAlpha = 1; }
  if (z >= 5) stroke("rivers", colours.river, 0.6 + grow * 1.6);
  fill("lakes", colours.lake);
  stroke("lakes", colours.coast, 0.5 + grow * 0.3);
  stroke("land", colours.coast, z < 5 ? 0.5 : 0.7 + grow * 0.3);
  if (z >= 4) stroke("states", colours.state, z < 5 ? 0.6 : 0.9, [3, 3]);
  stroke("borders", colours.border, z < 5 ? 0.6 : 0.9 + grow * 0.5);
  stroke("disputed", colours.border, z < 5 ? 0.6 : 0.9 + grow * 0.5, [4, 4]);
}

/* ---- Place names ------------------------------------------------------------------------------ */

const ruler = make("canvas").getContext("2d");
class Labels {
  constructor(map, url, names, obstacles) {
    Object.assign(this, { map, url, names, obstacles, cache: new Map(), shown: new Map() });
    this.pane = map.createPane("places");
    this.pane.setAttribute("aria-hidden", "true");
    map.on("zoomstart", () => { this.pane.classList.add("is-zooming"); });
    map.on("moveend zoomend resize", () => this.soon());
    this.soon(0);
  }
  soon(wait = 120) { clearTimeout(this.timer); this.timer = setTimeout(() => this.refresh(), wait); }
  async refresh() {
    const map = this.map, zoom = map.getZoom(), turn = this.turn = (this.turn || 0) + 1;
    if (!map.getSize().x) return;
    this.place(this.places || []);                      // what is known, at once
    if (!this.url || zoom < 4) { this.place(this.places = []); return; }
    /* Whole steps, so that a small pan asks for the same view. */
    const step = 360 / 2 ** zoom, box = map.getBounds(), down = (v) => Math.floor(v / step) * step, up = (v) => Math.ceil(v / step) * step;
    const south = Math.max(-90, down(box.getSouth())), north = Math.min(90, up(box.getNorth()));
    const west = down(box.getWest()), east = Math.min(up(box.getEast()), west + 360);
    const fold = (v) => ((v + 180) % 360 + 360) % 360 - 180;
    const w = fold(west), e = w + (east - west);
    const spans = e > 180 ? [[w, 180], [-180, e - 360]] : [[w, e]];
    try {
      const lists = await Promise.all(spans.map(([a, b]) => this.get({ south, west: a, north, east: b })));
      if (turn === this.turn) this.place(this.places = lists.flat());
    } catch { /* the map stays usable without names */ }
  }
  get(box) {
    const query = new URLSearchParams(Object.entries(box).map(([k, v]) => [k, v.toFixed(4)]));
    query.set("limit", "60");
    const key = String(query);
    if (!this.cache.has(key)) {
      const url = this.url + (this.url.includes("?") ? "&" : "?") + key;
      const promise = fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then((answer) => answer.ok ? answer.json() : Promise.reject(new Error(answer.status)));
      promise.catch(() => this.cache.delete(key));
      this.cache.set(key, promise);
      if (this.cache.size > 40) this.cache.delete(this.cache.keys().next().value);
    }
    return this.cache.get(key);
  }
  corners() {                                              // the controls
    const from = this.map.getContainer().getBoundingClientRect();
    return [...this.map.getContainer().querySelectorAll(".leaflet-control")].map((node) => {
      const box = node.getBoundingClientRect();
      return [box.left - from.left, box.top - from.top, box.right - from.left, box.bottom - from.top];
    });
  }
  place(places) {
    const map = this.map, zoom = map.getZoom(), size = map.getSize(), centre = map.getCenter().lng;
    const family = getComputedStyle(this.pane).fontFamily;
    const taken = [...this.obstacles(), ...this.corners()], next = new Map();
    const ranked = [...places].sort((a, b) => (b.population || 0) - (a.population || 0)).map((p, i) => ({ ...p, kind: "town", rank: i }));
    const names = zoom > 6 ? [] : this.names.filter((p) => p[3] === "sea" ? zoom >= p[4] && zoom < 7 : zoom >= p[4] - 1 && zoom < 6)
      .map(([name, lon, lat, kind]) => ({ name, lon, lat, kind, rank: kind === "sea" ? 3 : 0 }));
    for (const p of zoom < 5 ? [...names, ...ranked] : [...ranked.slice(0, 12), ...names, ...ranked.slice(12)]) {
      const lon = wrap(+p.lon, centre), at = map.latLngToContainerPoint([p.lat, lon]);
      if (at.x < 4 || at.y < 4 || at.x > size.x - 4 || at.y > size.y - 4) continue;
      const big = p.kind === "town" && p.population >= (zoom < 8 ? 1e6 : zoom < 10 ? 400000 : 150000);
      const px = p.kind === "country" ? 11 : p.kind === "sea" ? 13 : big ? 13.5 : 12;
      ruler.font = `${big ? 600 : 400} ${px}px ${family}`;
      const spacing = p.kind === "country" ? 1.3 : p.kind === "sea" ? 0.6 : 0.1;
      const w = ruler.measureText(p.kind === "country" ? p.name.toUpperCase() : p.name).width + spacing * p.name.length + 4, h = px * 1.3;
      const covered = taken.some((b) => at.x + 4 > b[0] && at.x - 4 < b[2] && at.y + 4 > b[1] && at.y - 4 < b[3]);
      const dot = p.kind === "town" && zoom < 11 && !covered, gap = dot ? 6 : 3;
      /* Where the name may stand, best first; beside the dot for towns, in the middle for the rest. */
      const spots = dot ? [[gap, -h / 2, "r"], [-gap - w, -h / 2, "l"], [-w / 2, -h - 4, "t"], [-w / 2, 5, "b"]]
        : [[-w / 2, -h / 2, "c"], ...(p.kind === "town" ? [[-w / 2, -h - 7, "t"], [-w / 2, 8, "b"], [14, -h / 2, "r"], [-14 - w, -h / 2, "l"]] : [])];
      const spot = spots.find(([dx, dy]) => {
        const a = [at.x + dx - 3, at.y + dy - 2, at.x + dx + w + 3, at.y + dy + h + 2];
        return a[0] > 0 && a[2] < size.x && a[1] > 0 && a[3] < size.y && !taken.some((b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1]);
      });
      if (!spot) continue;
      taken.push([at.x + spot[0], at.y + spot[1], at.x + spot[0] + w, at.y + spot[1] + h]);
      if (dot) taken.push([at.x - 3, at.y - 3, at.x + 3, at.y + 3]);
      next.set(`${p.name}|${p.lat}|${p.lon}|${spot[2]}|${big}|${dot}`, { p, lon, spot, big, dot, h });
    }
    for (const [key, node] of this.shown) if (!next.has(key)) { node.remove(); this.shown.delete(key); }
    for (const [key, { p, lon, spot, big, dot, h }] of next) {
      let node = this.shown.get(key);
      if (!node) {
        node = make("span", `place place--${p.kind}${big ? " place--big" : ""}`);
        if (dot) node.append(make("i", "place__dot"));
        const text = make("span", "place__name", p.name);
        text.style.left = `${spot[0] + 2}px`; text.style.top = `${spot[1]}px`; text.style.lineHeight = `${h}px`;
        node.append(text);
        this.pane.append(node);
        this.shown.set(key, node);
      }
      L.DomUtil.setPosition(node, map.latLngToLayerPoint([p.lat, lon]).round());
    }
    this.pane.classList.remove("is-zooming");
  }
}

/* ---- A bare map: base, labels, scale, words ----------------------------------------------------- */

async function bareMap(element, options, obstacles = () => []) {
  const set = { ...element.dataset, ...options };
  const base = new URL(set.mapBase ? set.mapBase.replace(/\/?$/, "/") : "../map/", set.mapBase ? document.baseURI : import.meta.url).href;
  const index = await getJson(base + "index.json").catch(() => ({ cellZoom: 5, cells: [], names: [] }));
  const calm = reduced.matches;
  element.replaceChildren();
  element.classList.add("map--live");
  const map = L.map(element, {
    center: [25, 5], zoom: MIN_ZOOM, minZoom: MIN_ZOOM, maxZoom: MAX_ZOOM, worldCopyJump: true, preferCanvas: true, zoomControl: false,
    attributionControl: false, zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm,
    wheelPxPerZoomLevel: 100,
  });
  /* Not past the poles. (The maxBounds option also pans when the size changes, away from what was just fitted.) */
  map.on("drag zoomend", () => { if (map.getSize().y) map.panInsideBounds([[-85.06, -1e5], [85.06, 1e5]], { animate: false }); });
  L.control.zoom({ position: "topright", zoomInTitle: "Zoom in", zoomOutTitle: "Zoom out" }).addTo(map);
  L.control.scale({ position: "bottomleft", maxWidth: 110 }).addTo(map);
  const credit = L.control.attribution({ position: "bottomright", prefix: false }).addTo(map);
  credit.addAttribution("Natural Earth · GeoNames CC BY 4.0");

  const layer = new BaseLayer({ base, index, zIndex: 1 });
  layer.colours = readColours(element);
  layer.addTo(map);
  if (set.tileUrl) {
    const words = make("span", "", set.tileAttribution || "");
    L.tileLayer(set.tileUrl, { attribution: words.innerHTML, maxZoom: MAX_ZOOM, zIndex: 2 }).addTo(map);
  } else {
    const hint = make("p", "map-hint", "No streets offline: coast, rivers and place names only.");
    const toggle = () => { hint.hidden = map.getZoom() < HINT_ZOOM; };
    element.append(hint);
    map.on("zoomend", toggle);
    toggle();
  }
  const labels = new Labels(map, set.labelsUrl, index.names || [], obstacles);

  /* Another theme: read the colours again and paint again. */
  const repaint = () => {
    const colours = readColours(element);
    if (JSON.stringify(colours) === JSON.stringify(layer.colours)) return;
    layer.colours = colours;
    layer.redraw();
    map.fire("themechange");
  };
  new MutationObserver(repaint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(element);
  return { map, labels, set };
}

/* ---- Results ------------------------------------------------------------------------------------ */

const VERDICTS = { yes: "Yes, they can", surcharge: "Yes, with a surcharge", no: "Not this run" };
function distanceWords(km, unit) {
  if (km === null || km === undefined || km === "") return "";
  const value = unit === "mi" ? km / 1.609344 : +km;
  if (unit !== "mi" && value < 1) return `${Math.round(value * 1000 / 10) * 10} m`;
  return `${number.format(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))} ${unit === "mi" ? "mi" : "km"}`;
}
function normalise(data) {
  const source = data || {}, unit = source.unit || "km";
  const raw = source.type === "FeatureCollection"
    ? source.features.filter((f) => f.geometry?.type === "Point").map((f) => ({ id: f.id, ...f.properties, lon: f.geometry.coordinates[0], lat: f.geometry.coordinates[1] }))
    : source.hits || [];
  const hits = raw.filter((h) => Number.isFinite(+h.lat) && Number.isFinite(+h.lon) && h.lat !== null && h.lon !== null).map((h) => ({
    ...h, id: String(h.id), lat: +h.lat, lon: +h.lon,
    tone: h.tone || (h.verdict in VERDICTS ? h.verdict : ""),
    verdict: VERDICTS[h.verdict] || h.verdict || "",
    distance: h.distance || distanceWords(h.distance_km, unit),
  }));
  const centre = source.centre && Number.isFinite(+source.centre.lat) ? { ...source.centre, lat: +source.centre.lat, lon: +source.centre.lon } : null;
  return { hits, centre, radius: +source.radius_km || 0, unit, routes: source.routes || [], more: source.more_url || "" };
}
/* A circle on the ground, not on the sheet: 180 points at the same great-circle distance. */
function circlePoints(lat, lon, km) {
  const d = km / 6371.0088, f = lat * Math.PI / 180, points = [];
  for (let i = 0; i < 180; i++) {
    const b = i / 180 * 2 * Math.PI;
    const g = Math.asin(Math.sin(f) * Math.cos(d) + Math.cos(f) * Math.sin(d) * Math.cos(b));
    points.push([g * 180 / Math.PI, lon + Math.atan2(Math.sin(b) * Math.sin(d) * Math.cos(f), Math.cos(d) - Math.sin(f) * Math.sin(g)) * 180 / Math.PI]);
  }
  return points;
}
const Ring = L.Polygon.extend({      // not rounded to whole pixels: a circle of stitches shows every half
  _projectLatlngs(latlngs, result, bounds) {
    if (!(latlngs[0] instanceof L.LatLng)) return latlngs.forEach((ring) => this._projectLatlngs(ring, result, bounds));
    const origin = this._map.getPixelOrigin(), ring = latlngs.map((at) => this._map.project(at).subtract(origin));
    ring.forEach((point) => bounds.extend(point));
    result.push(ring);
  },
});
const PIN = '<svg viewBox="0 0 22 32" width="22" height="32" aria-hidden="true" focusable="false"><path class="pin__needle" d="M11 14v16"/><circle class="pin__head" cx="11" cy="9" r="7"/><path class="pin__mark" d=""/></svg>';
const MARKS = { yes: "", surcharge: "M11 5.8v6.4M7.8 9h6.4", no: "M8 9h6" };

const mounted = new Map();           // element -> state

export async function mountMap(element, options = {}) {
  if (mounted.has(element)) return mounted.get(element).map;
  const state = { element, hits: [], words: [], byId: new Map(), markers: new Map(), unit: "km" };
  mounted.set(element, state);
  const { map, labels, set } = await bareMap(element, options, () => pinBoxes(state));
  Object.assign(state, { map, labels, set });
  map._selvedge = state;

  /* The keyboard can step over the pins. */
  const end = make("span", "map-end");
  end.tabIndex = -1;
  const skip = make("button", "map-skip", "Skip the map");
  skip.type = "button";
  skip.addEventListener("click", () => end.focus());
  element.prepend(skip);
  element.append(end);

  const fitControl = L.control({ position: "topright" });
  fitControl.onAdd = () => {
    const box = make("div", "leaflet-bar map-fit"), button = make("button");
    button.type = "button";
    button.title = "Show all results";
    button.setAttribute("aria-label", "Show all results");
    button.innerHTML = '<svg viewBox="0 0 24 24" width="17" height="17" aria-hidden="true"><path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/><circle cx="12" cy="12" r="2"/></svg>';
    L.DomEvent.disableClickPropagation(box);
    button.addEventListener("click", () => fit(state, true));
    box.append(button);
    return box;
  };
  fitControl.addTo(map);

  map.createPane("threads").style.zIndex = 360;
  state.svg = L.svg({ pane: "threads", padding: 0.3 });
  state.area = L.layerGroup().addTo(map);
  map.on("moveend", () => renderPins(state));
  map.on("popupclose", (event) => {
    const id = state.open;
    state.open = null;
    highlight(state, null);
    const pin = state.markers.get(id)?.getElement(), box = event.popup.getElement(), at = document.activeElement;
    if (pin && (at === document.body || box?.contains(at))) pin.focus({ preventScroll: true });
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.open) { event.stopPropagation(); map.closePopup(); }
  });

  /* Cards and pins point at each other. */
  const card = (event) => event.target.closest?.("[data-hit-id], [data-hit]");
  const point = (event) => { const c = card(event); if (c && !element.contains(c)) highlight(state, idOf(c)); };
  const unpoint = (event) => { const c = card(event); if (c && !element.contains(c) && !c.contains(event.relatedTarget)) highlight(state, state.open); };
  for (const type of ["mouseover", "focusin"]) document.addEventListener(type, point);
  for (const type of ["mouseout", "focusout"]) document.addEventListener(type, unpoint);

  new ResizeObserver(() => { if (state.waiting && element.clientWidth) { fit(state); loadMore(state); } }).observe(element);
  for (const type of ["pointerdown", "wheel", "keydown"]) element.addEventListener(type, () => { state.touched = true; }, { passive: true });
  state.note = make("div", "map-say map-more");
  state.note.setAttribute("role", "status");
  element.append(state.note);

  if (options.data) update(map, options.data);
  else if (set.mapUrl) fetch(set.mapUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then((a) => a.json()).then((data) => update(map, data)).catch(() => {});
  else readSource(state);
  return map;
}

const idOf = (card) => card.dataset.hitId ?? card.dataset.hit;
const cardsOf = (id) => document.querySelectorAll(`[data-hit-id="${CSS.escape(id)}"], [data-hit="${CSS.escape(id)}"]`);

function readSource(state) {
  const script = document.getElementById(state.set.mapSource || "") || state.element.parentElement?.querySelector('script[type="application/json"]');
  if (!script || script.textContent === state.text) return;
  state.text = script.textContent;
  try { update(state.map, JSON.parse(state.text)); } catch (error) { console.warn("map data:", error); }
}

export function update(map, data) {
  const state = map._selvedge, given = normalise(data), first = !state.ready;
  const before = JSON.stringify([state.centre, state.radius]);
  Object.assign(state, given, { ready: true, touched: false });
  setHits(state, given.hits);
  map.closePopup();
  drawArea(state);
  /* A filter that leaves the place as it was leaves the view as it was. */
  if (first || before !== JSON.stringify([state.centre, state.radius])) fit(state, !first);
  else if (state.hits.length && !state.hits.some((h) => map.getBounds().contains([h.lat, wrap(h.lon, map.getCenter().lng)]))) fit(state, true);
  renderPins(state);
  state.labels.soon();
  loadMore(state);
}

function setHits(state, hits) {
  state.hits = hits;
  state.byId = new Map(hits.map((hit) => [hit.id, hit]));
  state.index = new Supercluster({ radius: 60, extent: 256, maxZoom: MAX_ZOOM - 1, minPoints: 2 }).load(
    hits.map((hit) => ({ type: "Feature", properties: { id: hit.id }, geometry: { type: "Point", coordinates: [hit.lon, hit.lat] } })));
  const focused = [...state.markers.values()].some((marker) => marker.getElement() === document.activeElement);
  for (const marker of state.markers.values()) marker.remove();
  state.markers.clear();
  if (focused) state.map.getContainer().focus({ preventScroll: true });
}

/* The page carries the pins of its own hits; the others follow once the map is seen. */
async function loadMore(state) {
  const { map, element, note, more } = state;
  state.asking?.abort();
  clearTimeout(state.patience);
  note?.replaceChildren();
  if (!more || !note || !element.clientWidth) return;
  const asking = state.asking = new AbortController();
  state.patience = setTimeout(() => note.replaceChildren("Loading the other pins …"), 600);
  try {
    const answer = await fetch(more, { headers: { Accept: "application/geo+json" }, credentials: "same-origin", signal: asking.signal });
    if (!answer.ok) throw new Error(`${answer.status} ${more}`);
    const data = await answer.json();
    if (asking !== state.asking) return;
    const added = normalise({ ...data, unit: state.unit }).hits.filter((hit) => !state.byId.has(hit.id));
    setHits(state, [...state.hits, ...added]);
    state.more = "";
    if (!state.radius && !state.touched) fit(state);        // without a circle the view goes by the pins
    renderPins(state);
    note.replaceChildren(data.truncated ? `The first ${number.format(data.features.length)} of ${number.format(data.total)} are on the map.` : "");
  } catch (error) {
    if (asking !== state.asking || error.name === "AbortError") return;
    const again = make("button", "linklike", "Try again");
    again.type = "button";
    again.addEventListener("click", () => { map.getContainer().focus({ preventScroll: true }); loadMore(state); });
    note.replaceChildren("The map shows this page’s workshops only: the others did not load. ", again);
  } finally {
    if (asking === state.asking) clearTimeout(state.patience);
  }
}

function fit(state, animate = false) {
  const { map, element, set } = state;
  state.waiting = !element.clientWidth || !element.clientHeight;
  if (state.waiting) return;
  map.invalidateSize({ animate: false, pan: false });
  /* What lies below the window's edge is not seen yet: keep out of it, while at least half of the map is left. */
  const below = !state.radius ? 0 : Math.min(Math.max(0, element.getBoundingClientRect().bottom - innerHeight), element.clientHeight / 2);
  const move = { animate: animate && !reduced.matches, maxZoom: 13, paddingTopLeft: [24, 24], paddingBottomRight: [24, 24 + below] };
  if (!animate && set.mapZoom && Number.isFinite(+set.mapZoom)) return void map.setView([+set.lat || state.centre?.lat || 25, +set.lon || state.centre?.lon || 5], +set.mapZoom, move);
  let points = state.centre && state.radius && set.mapZoom !== "hits" ? circlePoints(state.centre.lat, state.centre.lon, state.radius) : [];
  if (!points.length) {
    /* Round the back of the world when that is the shorter way. */
    const lons = state.hits.map((h) => (h.lon + 360) % 360).sort((a, b) => a - b);
    let gap = lons.length ? lons[0] + 360 - lons[lons.length - 1] : 0, start = lons[0];
    for (let i = 1; i < lons.length; i++) if (lons[i] - lons[i - 1] > gap) { gap = lons[i] - lons[i - 1]; start = lons[i]; }
    points = state.hits.map((h) => { let lon = (h.lon + 360) % 360; if (lon < start) lon += 360; return [h.lat, lon - (start > 180 ? 360 : 0)]; });
    if (state.centre) points.push([state.centre.lat, state.centre.lon]);
    for (const route of state.routes) points.push(...route.points);
  }
  if (points.length) map.fitBounds(L.latLngBounds(points), move);
}

function drawArea(state) {
  const { area, map, centre, radius, unit, svg } = state;
  area.clearLayers();
  state.words = [];
  if (centre && radius) {
    const thread = (km, name) => new Ring(circlePoints(centre.lat, centre.lon, km), { renderer: svg, interactive: false, className: name, smoothFactor: 0, noClip: true }).addTo(area);
    thread(radius, "radius radius--cloth");
    thread(radius, "radius radius--stitch");
    thread(radius / 2, "radius radius--half");
    const words = (km) => unit === "mi" ? `${number.format(Math.round(km / 1.609344 * 10) / 10)} mi` : `${number.format(Math.round(km * 10) / 10)} km`;
    for (const [km, name] of [[radius, ""], [radius / 2, " radius-word--half"]]) {
      const top = circlePoints(centre.lat, centre.lon, km)[0];
      state.words.push(top);
      L.marker(top, { pane: "threads", zIndexOffset: 1e6, interactive: false, keyboard: false, icon: L.divIcon({ className: "radius-word" + name, iconSize: null, html: make("span", "", words(km)) }) }).addTo(area);
    }
  }
  for (const route of state.routes) {
    L.polyline(route.points, { renderer: svg, interactive: false, className: "route route--cloth" }).addTo(area);
    L.polyline(route.points, { renderer: svg, interactive: false, className: "route" }).addTo(area);
    if (route.stop) L.marker([route.stop.lat, route.stop.lon], { pane: "threads", zIndexOffset: 1.5e6, interactive: false, keyboard: false, icon: L.divIcon({ className: "route-word", iconSize: null, html: make("span", "", route.stop.text) }) }).addTo(area);
  }
  if (centre) {
    const spot = L.marker([centre.lat, centre.lon], { pane: "threads", zIndexOffset: 2e6, interactive: false, keyboard: false, icon: L.divIcon({ className: "centre", iconSize: [18, 18], html: make("span") }) }).addTo(area);
    const node = spot.getElement();
    node?.setAttribute("role", "img");
    node?.setAttribute("aria-label", centre.label ? `You search around ${centre.label}` : "Centre of the search");
  }
  svg.addTo(map);
}

function renderPins(state) {
  const { map, index, markers } = state;
  if (!index || !map.getSize().x) return;
  const box = map.getBounds().pad(0.15), centre = map.getCenter().lng, zoom = Math.round(map.getZoom());
  const whole = box.getEast() - box.getWest() >= 360;
  const found = index.getClusters(whole ? [-180, -90, 180, 90] : [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()], zoom);
  const keep = new Set();
  state.members = null;
  for (const feature of found) {
    const { cluster, cluster_id: clusterId, point_count: count } = feature.properties;
    const [lon, lat] = feature.geometry.coordinates, at = [lat, wrap(lon, centre)];
    const id = cluster ? `cluster ${clusterId}` : feature.properties.id;
    keep.add(id);
    const old = markers.get(id);
    if (old) { old.setLatLng(at); continue; }
    markers.set(id, cluster ? clusterMarker(state, id, clusterId, count, at) : pinMarker(state, id, at));
  }
  for (const [id, marker] of markers) {
    if (keep.has(id) || id === state.open) continue;
    if (marker.getElement() === document.activeElement) map.getContainer().focus({ preventScroll: true });
    marker.remove();
    markers.delete(id);
  }
  highlight(state, state.lit);
}
function act(marker, run) {
  marker.on("click", run);
  marker.getElement().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    run({ keyboard: true });
  });
  marker.getElement().addEventListener("keypress", (event) => { if (event.key === "Enter") event.stopPropagation(); });
}
function clusterMarker(state, id, clusterId, count, at) {
  const { map, index } = state, side = count < 10 ? 30 : count < 100 ? 36 : count < 1000 ? 44 : 52;
  const marker = L.marker(at, { riseOnHover: true, icon: L.divIcon({ className: "cluster", iconSize: [side, side], html: make("span", "", count < 10000 ? number.format(count) : `${Math.round(count / 1000)}k`) }) });
  marker.side = side;
  marker.addTo(map);
  marker.getElement().setAttribute("aria-label", `${number.format(count)} workshops here. Zoom in`);
  act(marker, (event) => {
    const zoom = index.getClusterExpansionZoom(clusterId);
    if (zoom >= MAX_ZOOM) return openCard(state, id, at, index.getLeaves(clusterId, 12).map((leaf) => state.byId.get(leaf.properties.id)), count, event.keyboard);
    if (event.keyboard) map.getContainer().focus({ preventScroll: true });
    map.setView(at, zoom, { animate: !reduced.matches });
  });
  return marker;
}
function pinMarker(state, id, at) {
  const hit = state.byId.get(id);
  const marker = L.marker(at, { riseOnHover: true, icon: L.divIcon({ className: `pin pin--${hit.tone || "plain"}`, iconSize: [28, 36], iconAnchor: [14, 33], html: PIN }) });
  marker.addTo(state.map);
  const node = marker.getElement();
  node.querySelector(".pin__mark").setAttribute("d", MARKS[hit.tone] || "");
  node.setAttribute("aria-label", [hit.name, hit.distance, hit.verdict].filter(Boolean).join(", "));
  const light = (on) => () => { highlight(state, on ? id : state.open); for (const card of cardsOf(id)) card.classList.toggle("is-linked", on); };
  marker.on("mouseover", light(true)).on("mouseout", light(false));
  node.addEventListener("focus", light(true));
  node.addEventListener("blur", light(false));
  act(marker, (event) => {
    openCard(state, id, at, [hit], 1, event.keyboard);
    for (const card of cardsOf(id)) if (card.offsetParent) card.scrollIntoView({ block: "nearest", behavior: reduced.matches ? "auto" : "smooth" });
  });
  return marker;
}
function openCard(state, id, at, hits, count, keyboard) {
  const box = make("div", "pin-card");
  for (const hit of hits.filter(Boolean)) {
    const row = make("div", "pin-card__hit"), head = make("p", "pin-card__name");
    const name = make(hit.url ? "a" : "span", "", hit.name);
    if (hit.url) name.href = hit.url;
    head.append(name);
    row.append(head);
    const facts = [hit.distance, hit.note || hit.kind_label || ""].filter(Boolean).join(" · ");
    if (facts) row.append(make("p", "pin-card__facts", facts));
    if (hit.verdict) row.append(make("p", `pin-card__verdict pin-card__verdict--${hit.tone || "plain"}`, hit.verdict));
    box.append(row);
  }
  if (count > hits.length) box.append(make("p", "pin-card__facts", `and ${number.format(count - hits.length)} more at this place`));
  state.map.closePopup();
  state.open = id;
  const popup = L.popup({ className: "pin-popup", offset: [0, count > 1 ? -10 : -24], maxWidth: 270, minWidth: 180, autoPanPadding: [16, 16], closeButton: true })
    .setLatLng(at).setContent(box).openOn(state.map);
  popup.getElement()?.setAttribute("role", "dialog");
  popup.getElement()?.setAttribute("aria-label", count > 1 ? "Workshops at this place" : hits[0]?.name || "Workshop");
  if (keyboard) box.querySelector("a")?.focus({ preventScroll: true });
  highlight(state, id);
}
/* The pin of a hit, or the cluster that holds it. */
function markerOf(state, id) {
  if (!id || !state.index) return null;
  if (state.markers.has(id)) return state.markers.get(id);
  if (!state.byId.has(id)) return null;
  if (!state.members) {
    state.members = new Map();
    for (const key of state.markers.keys()) if (key.startsWith("cluster ") && !state.byId.has(key))
      for (const leaf of state.index.getLeaves(+key.slice(8), Infinity)) state.members.set(leaf.properties.id, key);
  }
  return state.markers.get(state.members.get(id)) || null;
}
function highlight(state, id) {
  state.lit = id || null;
  const next = markerOf(state, id);
  if (state.litMarker && state.litMarker !== next) { state.litMarker.getElement()?.classList.remove("is-lit"); state.litMarker.setZIndexOffset(0); }
  state.litMarker = next;
  if (next) { next.getElement()?.classList.add("is-lit"); next.setZIndexOffset(1000); }
}
function pinBoxes(state) {
  const boxes = state.words.map((at) => { const p = state.map.latLngToContainerPoint(at); return [p.x - 28, p.y - 9, p.x + 28, p.y + 9]; });
  for (const marker of state.markers.values()) {
    const p = state.map.latLngToContainerPoint(marker.getLatLng()), half = marker.side / 2;
    boxes.push(marker.side ? [p.x - half, p.y - half, p.x + half, p.y + half] : [p.x - 8, p.y - 32, p.x + 8, p.y]);
  }
  return boxes;
}

/* ---- Setting a location -------------------------------------------------------------------------- */

export async function pickPoint(element, { lat, lon, onChange, ...options } = {}) {
  const find = (name) => name ? document.getElementById(name) || document.querySelector(`[name="${CSS.escape(name)}"]`) || (/[#.[\s]/.test(name) ? document.querySelector(name) : null) : null;
  const inputs = [find(options.latInput || element.dataset.latInput), find(options.lonInput || element.dataset.lonInput)];
  const read = (value, limit) => { const n = parseFloat(String(value ?? "").replace(",", ".")); return Number.isFinite(n) && Math.abs(n) <= limit ? n : null; };
  const { map } = await bareMap(element, options);
  const say = make("p", "map-say");
  say.setAttribute("role", "status");
  element.append(say);
  let marker = null;
  const put = (at, from) => {
    const point = L.latLng(at[0], L.Util.wrapNum(at[1], [-180, 180], true));
    if (!marker) {
      marker = L.marker(point, { draggable: true, autoPan: true, icon: L.divIcon({ className: "pin pin--plain pin--pick", iconSize: [36, 46], iconAnchor: [18, 42], html: PIN }) }).addTo(map);
      const node = marker.getElement();
      node.setAttribute("aria-label", "Your location. Move it with the arrow keys, with Shift in larger steps");
      node.addEventListener("keydown", (event) => {
        const step = event.shiftKey ? 40 : 4;
        const by = { ArrowUp: [0, -step], ArrowDown: [0, step], ArrowLeft: [-step, 0], ArrowRight: [step, 0] }[event.key];
        if (!by) return;
        event.preventDefault();
        event.stopPropagation();
        const p = map.latLngToContainerPoint(marker.getLatLng()).add(by), to = map.containerPointToLatLng(p);
        put([to.lat, to.lng], "keys");
      });
      marker.on("drag", () => { const p = marker.getLatLng(); write(p); });
      marker.on("dragend", () => { const p = marker.getLatLng(); put([p.lat, p.lng], "drag"); });
    }
    marker.setLatLng(point);
    if (from === "keys" || from === "input" || from === "code") map.panInside(point, { padding: [50, 50], animate: !reduced.matches });
    if (from === "input" || from === "code") map.setView(point, Math.max(map.getZoom(), 11), { animate: false });
    if (from !== "input") write(point);
    if (from !== "code") {
      say.textContent = `Pin at ${point.lat.toFixed(5)}, ${point.lng.toFixed(5)}`;
      onChange?.({ lat: point.lat, lon: point.lng });
      element.dispatchEvent(new CustomEvent("pick", { bubbles: true, detail: { lat: point.lat, lon: point.lng } }));
    }
  };
  const write = (point) => {
    [[inputs[0], point.lat], [inputs[1], point.lng]].forEach(([input, value]) => { if (input) { input.value = value.toFixed(5); } });
  };
  const typed = () => { const a = read(inputs[0]?.value, 90), b = read(inputs[1]?.value, 180); if (a !== null && b !== null) put([a, b], "input"); };
  for (const input of inputs) input?.addEventListener("input", typed);
  map.on("click", (event) => put([event.latlng.lat, event.latlng.lng], "click"));
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === element) { const c = map.getCenter(); event.preventDefault(); put([c.lat, c.lng], "keys"); }
  });
  const start = [read(lat ?? element.dataset.lat ?? inputs[0]?.value, 90), read(lon ?? element.dataset.lon ?? inputs[1]?.value, 180)];
  if (start[0] !== null && start[1] !== null) put(start, "code");
  return { map, set: (a, b) => put([a, b], "code") };
}

/* ---- In the page --------------------------------------------------------------------------------- */

function prepare() {
  for (const element of document.querySelectorAll("[data-map]")) if (!mounted.has(element)) mountMap(element);
  for (const element of document.querySelectorAll("[data-pick]:not([data-picking])")) { element.dataset.picking = ""; pickPoint(element); }
}
function refresh() {
  for (const [element, state] of mounted) {
    if (!element.isConnected) { mounted.delete(element); state.map?.remove(); } else if (state.map) readSource(state);
  }
  prepare();
}
prepare();
for (const type of ["htmx:after:swap", "htmx:afterSwap"]) document.addEventListener(type, () => setTimeout(refresh));
