// Charts as files: an SVG with its title, axes, units, legend and where it is from.
import { draw } from "./dom.js";
import { bars } from "./bars.js";
import { BASE, ends, swatch } from "./charts.js";

const WIDTH = 760;
const SIZE = 13;

/** Return a text that holds an SVG: title, a picture, entries of a legend, lines of a footer. */
export function file(title, picture, height, entries, footer) {
  const rows = wrap(entries);
  const total = 40 + height + 20 * rows.length + 18 * footer.length + 14;
  const svg = draw("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width: WIDTH + 40,
    height: total,
    viewBox: `0 0 ${WIDTH + 40} ${total}`,
    "font-family": "system-ui, sans-serif",
    "font-size": SIZE,
    fill: "#1a1a1a",
  });
  svg.append(draw("title", { text: title }));
  svg.append(draw("rect", { width: "100%", height: "100%", fill: "#ffffff" }));
  svg.append(draw("text", { x: 20, y: 26, "font-size": 16, "font-weight": 700, text: title }));
  svg.append(draw("g", { transform: "translate(20 40)" }, picture));
  let y = 40 + height + 14;
  for (const row of rows) {
    for (const { kind, colour, text, x } of row) {
      const mark = swatch(kind, colour);
      for (const [name, value] of Object.entries({ x: 20 + x, y: y - 10, width: 30, height: 12 })) {
        mark.setAttribute(name, value);
      }
      svg.append(mark, draw("text", { x: 56 + x, y, text }));
    }
    y += 20;
  }
  for (const text of footer) {
    svg.append(draw("text", { x: 20, y: y + 2, "font-size": 11, fill: "#555555", text }));
    y += 18;
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
}

/** Put entries of a legend into rows. */
function wrap(entries) {
  const rows = [[]];
  let x = 0;
  for (const entry of entries) {
    const width = 60 + 7.2 * entry.text.length;
    if (x + width > WIDTH && rows.at(-1).length) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1).push({ ...entry, x });
    x += width;
  }
  return rows;
}

/** Return bars as a picture and its height. */
export function barsPicture(spec) {
  const picture = bars(spec, WIDTH, SIZE);
  return [picture, Number(picture.getAttribute("height"))];
}

/** Return curves as a picture and its height. */
export function curves(spec) {
  const height = 340;
  const box = { left: 140, right: WIDTH - 50, top: 8, bottom: height - 44 };
  const [first, last] = [spec.xs[0], spec.xs.at(-1)];
  const x = (year) => box.left + ((year - first) / (last - first)) * (box.right - box.left);
  const y = (value) => {
    const share = (value - spec.range[0]) / (spec.range[1] - spec.range[0]);
    return box.bottom - share * (box.bottom - box.top);
  };
  const g = draw("g");
  if (spec.zone) {
    const zone = { x: box.left, width: box.right - box.left, y: y(spec.zone.high) };
    g.append(draw("rect", { ...zone, height: y(spec.zone.low) - y(spec.zone.high), fill: "#ececec" }));
  }
  for (const [at, text] of spec.ticks) {
    g.append(draw("path", { d: `M${box.left} ${y(at)}H${box.right}`, stroke: "#dddddd" }));
    g.append(draw("text", { x: box.left - 8, y: y(at) + 4, "text-anchor": "end", text }));
  }
  for (let year = Math.ceil(first / 5) * 5; year <= last; year += 5) {
    g.append(draw("text", { x: x(year), y: box.bottom + 18, "text-anchor": "middle", text: year }));
  }
  g.append(draw("path", { d: `M${box.left} ${box.bottom}H${box.right}`, stroke: "#666666" }));
  const turn = `translate(14 ${(box.top + box.bottom) / 2}) rotate(-90)`;
  g.append(draw("text", { transform: turn, "text-anchor": "middle", text: spec.unit }));
  for (const fan of spec.fans) {
    for (const [[low, high], opacity] of [[fan.outer, 0.16], [fan.inner, 0.3]]) {
      const d = `${path(spec.xs, high, x, y)}${path(spec.xs, low, x, y, true)}Z`;
      g.append(draw("path", { d, fill: fan.colour, "fill-opacity": opacity }));
    }
  }
  for (const line of spec.lines) {
    const solid = { "stroke-width": 2.5, fill: "none" };
    g.append(draw("path", { d: path(spec.xs, line.values, x, y), stroke: line.colour, ...solid }));
    const dash = { "stroke-width": 1.6, "stroke-dasharray": "5 5", fill: "none" };
    g.append(draw("path", { d: path(spec.xs, line.base, x, y), stroke: BASE, ...dash }));
  }
  for (const dot of spec.dots) {
    const d = `M${x(dot.at)} ${y(dot.low)}V${y(dot.high)}`;
    g.append(draw("path", { d, stroke: "#000000", "stroke-width": 1.6 }));
    const fill = dot.year === null ? "#ffffff" : "#000000";
    g.append(draw("circle", { cx: x(dot.at), cy: y(dot.value), r: 4.5, fill, stroke: "#000000" }));
  }
  for (const { tag, colour, y: at } of ends(spec, y, 14)) {
    const look = { x: box.right + 6, y: at + 4, fill: colour, "font-weight": 600 };
    g.append(draw("text", { ...look, text: tag }));
  }
  return [g, height];
}

/** Return the path through values; what is undefined is left out. */
function path(xs, values, x, y, back = false) {
  const points = xs.map((year, n) => [year, values[n]]).filter(([, value]) => value !== null);
  if (back) points.reverse();
  const words = points.map(([year, value]) => `${x(year).toFixed(1)} ${y(value).toFixed(1)}`);
  return words.length ? `${back ? "L" : "M"}${words.join("L")}` : "";
}
