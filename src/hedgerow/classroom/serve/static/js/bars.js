// Bars across: one a row, with its interval and the baseline as a dashed mark.
import { draw } from "./dom.js";

/* A `spec`: rows: [{ name, head, value, low, high, base, text }], a row with `head` alone opens a
   group; range: [low, high]; ticks: [[value, text], …]; unit: label of the axis. */

const ROW = 24;
const HEAD = 24;

/** Return the bars as an SVG element `width` wide, for a font of `size`. */
export function bars(spec, width, size) {
  const scale = size / 13;
  const name = spec.names * scale;
  const end = 58 * scale;
  const x = (value) => {
    const share = (value - spec.range[0]) / (spec.range[1] - spec.range[0]);
    return name + Math.min(Math.max(share, 0), 1) * (width - name - end);
  };
  const heights = spec.rows.map((row) => (row.head ? HEAD : ROW) * scale);
  const bottom = heights.reduce((sum, height) => sum + height, 0) + 4 * scale;
  const height = bottom + 40 * scale;
  const svg = draw("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    "font-family": "system-ui, sans-serif",
    "font-size": size,
    role: "img",
    fill: "#1a1a1a",
  });
  for (const [at, text] of spec.ticks) {
    svg.append(draw("path", { d: `M${x(at)} 0V${bottom}`, stroke: "#e0e0e0" }));
    const place = { x: x(at), y: bottom + 14 * scale, "text-anchor": "middle" };
    svg.append(draw("text", { ...place, "font-size": size * 0.92, text }));
  }
  const middle = (x(spec.range[0]) + x(spec.range[1])) / 2;
  const unit = { x: middle, y: bottom + 32 * scale, "text-anchor": "middle", "font-size": size * 0.92 };
  svg.append(draw("text", { ...unit, text: spec.unit }));
  let y = 2 * scale;
  spec.rows.forEach((row, place) => {
    const mid = y + heights[place] / 2;
    if (row.head) {
      const look = { x: 0, y: mid + size * 0.4, "font-weight": 700 };
      svg.append(draw("text", { ...look, text: row.head }));
    } else {
      one(svg, row, { x, mid, name, width, size, scale, zero: x(Math.max(spec.range[0], 0)) });
    }
    y += heights[place];
  });
  return svg;
}

function one(svg, row, { x, mid, name, width, size, scale, zero }) {
  const text = size * 0.36;
  svg.append(draw("text", { x: name - 6 * scale, y: mid + text, "text-anchor": "end", text: row.name }));
  const [from, to] = [Math.min(zero, x(row.value)), Math.max(zero, x(row.value))];
  const half = 7 * scale;
  const box = { x: from, y: mid - half, width: to - from, height: 2 * half };
  svg.append(draw("rect", { ...box, fill: row.colour || "#0072b2", "fill-opacity": 0.85 }));
  if (row.low !== undefined && row.low !== null) {
    const d = `M${x(row.low)} ${mid}H${x(row.high)}M${x(row.low)} ${mid - 4 * scale}v${8 * scale}M${x(row.high)} ${mid - 4 * scale}v${8 * scale}`;
    svg.append(draw("path", { d, stroke: "#000", "stroke-width": 1.4 * scale, fill: "none" }));
  }
  if (row.base !== null && row.base !== undefined) {
    const d = `M${x(row.base)} ${mid - 11 * scale}V${mid + 11 * scale}`;
    svg.append(draw("path", { d, stroke: "#fff", "stroke-width": 4 * scale }));
    const dash = { "stroke-dasharray": `${4 * scale} ${2.5 * scale}` };
    svg.append(draw("path", { d, stroke: "#333", "stroke-width": 2.4 * scale, ...dash }));
  }
  svg.append(draw("text", { x: width, y: mid + text, "text-anchor": "end", text: row.text }));
}
