// Paths over years as an SVG that fits its place, prints, and is read in grey.
import { draw } from "./dom.js";
import { figure } from "./telling.js";

/* A `spec`: xs: years; range: [low, high]; unit: label of the axis; label: what the picture says;
   zone: [low, high] or null; fan: { outer: [low, high], inner: [low, high] } by year, or null;
   lines: [{ values, colour, dash, mark, tag }]. */

const ROOM = { left: 3.6, top: 0.9, bottom: 3.1 }; // in letters' heights

/** Draw a spec into an element, and again whenever its width changes. */
export function show(place, spec) {
  place.paths = spec;
  redraw(place);
  if (!place.watched) {
    place.watched = new ResizeObserver(() => redraw(place));
    place.watched.observe(place);
  }
}

function redraw(place) {
  const width = Math.max(place.clientWidth, 280);
  if (place.drawn === place.paths && place.drawnWidth === width) return;
  place.drawn = place.paths;
  place.drawnWidth = width;
  place.replaceChildren(picture(place.paths, width));
}

/** Return a spec as an SVG element `width` wide, with letters of a size that fits it. */
export function picture(spec, width) {
  const size = width > 1500 ? 20 : 13;
  const height = Math.max(300, Math.min(0.36 * width, 560));
  const tags = Math.max(0, ...spec.lines.map(({ tag }) => tag.length));
  const left = ROOM.left * size;
  const right = width - Math.min(size + 0.62 * size * tags, width * 0.3);
  const bottom = height - ROOM.bottom * size;
  const [first, last] = [spec.xs[0], spec.xs.at(-1)];
  const x = (year) => left + (last > first ? (year - first) / (last - first) : 0.5) * (right - left);
  const [low, high] = spec.range;
  const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - ROOM.top * size);
  const svg = draw("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": spec.label,
    "font-family": "system-ui, sans-serif",
    "font-size": size,
    fill: "#1a1a1a",
  });
  if (spec.zone) {
    const top = y(Math.min(spec.zone[1], high));
    const depth = y(Math.max(spec.zone[0], low)) - top;
    if (depth > 0) {
      svg.append(draw("rect", { x: left, y: top, width: right - left, height: depth, fill: "#e9e9e9" }));
    }
  }
  for (let at = low; at <= high; at += high - low > 60 ? 20 : 10) {
    svg.append(draw("path", { d: `M${left} ${y(at)}H${right}`, stroke: "#dddddd" }));
    svg.append(draw("text", { x: left - 6, y: y(at) + size / 3, "text-anchor": "end", text: figure(at, "0") }));
  }
  const every = [1, 2, 5, 10, 20].find((n) => (last - first) / n <= width / (5 * size));
  for (let year = Math.ceil(first / every) * every; year <= last; year += every) {
    svg.append(draw("text", { x: x(year), y: bottom + 1.3 * size, "text-anchor": "middle", text: year }));
  }
  svg.append(draw("path", { d: `M${left} ${bottom}H${right}`, stroke: "#666666" }));
  svg.append(draw("text", { x: (left + right) / 2, y: height - 0.5 * size, "text-anchor": "middle", text: spec.unit }));
  if (spec.fan) {
    for (const [[under, over], opacity] of [[spec.fan.outer, 0.16], [spec.fan.inner, 0.3]]) {
      const d = `${line(spec.xs, over, x, y)}${line(spec.xs, under, x, y, true)}Z`;
      svg.append(draw("path", { d, fill: "#14532d", "fill-opacity": opacity }));
    }
  }
  for (const at of (spec.zone ?? []).filter((end) => end > low && end < high)) {
    svg.append(draw("path", { d: `M${left} ${y(at)}H${right}`, stroke: "#444444", "stroke-dasharray": "1 4" }));
  }
  for (const one of spec.lines) {
    const years = one.xs ?? spec.xs;
    const look = { stroke: one.colour, fill: "none", "stroke-width": 2.5, "stroke-dasharray": one.dash || null };
    svg.append(draw("path", { d: line(years, one.values, x, y), ...look }));
    if (one.mark || years.length === 1) {
      for (const [at, value] of defined(years, one.values)) {
        svg.append(draw("circle", { cx: x(at), cy: y(value), r: 3.5, fill: one.colour }));
      }
    }
  }
  for (const { tag, colour, at } of apart(spec, y, size + 1, bottom)) {
    svg.append(draw("text", { x: right + 6, y: at + size / 3, fill: colour, "font-weight": 600, text: tag }));
  }
  return svg;
}

const defined = (years, values) =>
  years.map((year, n) => [year, values[n]]).filter(([, value]) => value !== null && value !== undefined);

function line(years, values, x, y, back = false) {
  const points = defined(years, values);
  if (back) points.reverse();
  const words = points.map(([year, value]) => `${x(year).toFixed(1)} ${y(value).toFixed(1)}`);
  return words.length ? `${back ? "L" : "M"}${words.join("L")}` : "";
}

/** Return the names at the ends of lines, none on another. */
function apart(spec, y, step, bottom) {
  const tags = spec.lines
    .map(({ tag, colour, values, xs }) => ({ tag, colour, end: defined(xs ?? spec.xs, values).at(-1) }))
    .filter(({ tag, end }) => tag && end)
    .map(({ tag, colour, end }) => ({ tag, colour, at: y(end[1]) }))
    .sort((a, b) => a.at - b.at);
  for (let n = 1; n < tags.length; n += 1) tags[n].at = Math.max(tags[n].at, tags[n - 1].at + step);
  const over = (tags.at(-1)?.at ?? 0) - bottom;
  if (over > 0) {
    tags.at(-1).at -= over;
    for (let n = tags.length - 2; n >= 0; n -= 1) tags[n].at = Math.min(tags[n].at, tags[n + 1].at - step);
  }
  return tags;
}

/** Return a range of whole tens around some values, at least `least` wide. */
export function tens(values, least = 20) {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (!known.length) return [0, 100];
  let low = Math.max(0, 10 * Math.floor(Math.min(...known) / 10));
  let high = Math.min(100, 10 * Math.ceil(Math.max(...known) / 10));
  while (high - low < least || (high - low > 60 && (high - low) % 20)) {
    if (high < 100) high += 10;
    else low -= 10;
  }
  return [low, high];
}
