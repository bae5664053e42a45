// Curves over years: bands of runs, a line, the dashed baseline, facts as dots.
import { draw, make } from "./dom.js";
import { explains, ofFact } from "./evidence.js";
import { number, t } from "./i18n.js";

/* What a chart shows, a `spec`:
   xs: years; range: [low, high]; ticks: [[value, text], …]; unit: label of the axis;
   zone: { low, high } or null; fans: [{ colour, outer: [low, high], inner: [low, high] }];
   lines: [{ colour, values, base, tag }], base dashed; dots: facts; year: marked. */

export const COLOURS = { RUS: "#d55e00", CHN: "#00785a", USA: "#0072b2" };
export const BASE = "#222222";
const px = (rem) => Math.round(rem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize));

function tint(colour, alpha) {
  const part = (from) => Number.parseInt(colour.slice(from, from + 2), 16);
  return `rgba(${part(1)}, ${part(3)}, ${part(5)}, ${alpha})`;
}

/** A chart in its place. */
export class Chart {
  /** @param plot element to draw in. @param pick called with the year that is clicked. */
  constructor(plot, pick) {
    this.canvas = make("div", { role: "img" });
    this.dots = make("div");
    plot.replaceChildren(this.canvas, this.dots);
    this.plot = plot;
    this.pick = pick;
    this.shape = "";
    new ResizeObserver(() => this.resize()).observe(plot);
  }

  /** Show a spec; `summary` is what the picture says, in words. */
  show(spec, summary) {
    this.spec = spec;
    this.canvas.setAttribute("aria-label", summary);
    const data = [spec.xs];
    for (const fan of spec.fans) data.push(fan.outer[1], fan.outer[0], fan.inner[1], fan.inner[0]);
    for (const line of spec.lines) data.push(line.values, line.base);
    const shape = JSON.stringify([spec.fans.length, spec.lines.length, spec.ticks, spec.unit, px(1)]);
    if (shape !== this.shape) {
      this.u?.destroy();
      this.shape = shape;
      this.u = new window.uPlot(this.options(spec), data, this.canvas);
      this.u.over.addEventListener("click", () => {
        const place = this.u.cursor.idx;
        if (place !== null && place !== undefined) this.pick(this.spec.xs[place]);
      });
    } else {
      this.u.setData(data);
    }
    this.placeDots();
  }

  resize() {
    if (!this.u) return;
    this.u.setSize({ width: this.plot.clientWidth, height: this.plot.clientHeight });
    this.placeDots();
  }

  options(spec) {
    const font = `${px(0.75)}px system-ui, sans-serif`;
    const axis = { font, stroke: "#333", grid: { stroke: "#e6e6e6", width: 1 }, ticks: { show: false } };
    const series = [{}];
    const bands = [];
    for (const fan of spec.fans) {
      for (const alpha of [0.16, 0.3]) {
        bands.push({ series: [series.length, series.length + 1], fill: tint(fan.colour, alpha) });
        series.push({ stroke: "transparent", points: { show: false } });
        series.push({ stroke: "transparent", points: { show: false } });
      }
    }
    for (const line of spec.lines) {
      series.push({ stroke: line.colour, width: 2.5, points: { show: false } });
      // Over the line, so that the baseline shows even where nothing has changed.
      series.push({ stroke: BASE, width: 1.6, dash: [5, 5], points: { show: false } });
    }
    const widest = Math.max(...spec.ticks.map(([, text]) => text.length));
    return {
      width: this.plot.clientWidth,
      height: this.plot.clientHeight,
      padding: [px(0.5), px(spec.lines.length > 1 ? 2.4 : 0.9), 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: false }, y: { range: () => spec.range } },
      axes: [
        { ...axis, size: px(1.5), gap: 3, space: px(3.2), values: (u, at) => at.map(String), incrs: [5, 10, 20] },
        {
          ...axis,
          size: px(0.47 * widest + 1.9),
          gap: 4,
          label: spec.unit,
          labelSize: px(1.15),
          labelGap: 0,
          labelFont: font,
          splits: () => spec.ticks.map(([at]) => at),
          values: () => spec.ticks.map(([, text]) => text),
        },
      ],
      series,
      bands,
      hooks: { drawClear: [(u) => this.under(u)], draw: [(u) => this.over(u)] },
    };
  }

  /** Draw what lies under the curves: the zone, hatched. */
  under(u) {
    const { zone } = this.spec;
    if (!zone) return;
    const { ctx } = u;
    const { left, width } = u.bbox;
    const top = u.valToPos(zone.high, "y", true);
    const height = u.valToPos(zone.low, "y", true) - top;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.fillStyle = "#f0f0f0";
    ctx.fillRect(left, top, width, height);
    ctx.strokeStyle = "#b5b5b5";
    ctx.lineWidth = devicePixelRatio * 0.8;
    const step = 7 * devicePixelRatio;
    for (let x = left - height; x < left + width; x += step) {
      ctx.moveTo(x, top + height);
      ctx.lineTo(x + height, top);
    }
    ctx.stroke();
    ctx.restore();
  }

  /** Draw what lies over the curves: the year, facts, names at the ends of lines. */
  over(u) {
    const { ctx } = u;
    const { spec } = this;
    const ratio = devicePixelRatio;
    ctx.save();
    const x = u.valToPos(spec.year, "x", true);
    ctx.strokeStyle = "#222";
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, u.bbox.top);
    ctx.lineTo(x, u.bbox.top + u.bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    for (const dot of spec.dots) {
      const at = u.valToPos(dot.at, "x", true);
      const [low, y, high] = [dot.low, dot.value, dot.high].map((v) => u.valToPos(v, "y", true));
      ctx.strokeStyle = "#000";
      ctx.lineWidth = 1.6 * ratio;
      ctx.beginPath();
      ctx.moveTo(at, low);
      ctx.lineTo(at, high);
      ctx.stroke();
      ctx.beginPath();
      ctx.arc(at, y, 4.5 * ratio, 0, 2 * Math.PI);
      ctx.fillStyle = dot.year === null ? "#fff" : "#000";
      ctx.fill();
      ctx.stroke();
    }
    ctx.font = `600 ${px(0.75) * ratio}px system-ui, sans-serif`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    for (const { tag, y, colour } of ends(spec, (v) => u.valToPos(v, "y", true), px(0.8) * ratio)) {
      ctx.fillStyle = colour;
      ctx.fillText(tag, u.bbox.left + u.bbox.width + 4 * ratio, y);
    }
    ctx.restore();
  }

  /** Lay a button over every dot, so that it can be reached by hand and by key. */
  placeDots() {
    const { u, spec } = this;
    const key = JSON.stringify(spec.dots.map((dot) => dot.id));
    if (key !== this.dotKey) {
      this.dotKey = key;
      this.dots.replaceChildren(
        ...spec.dots.map((dot) => {
          const label = t("fact.dot", { id: dot.id, value: number(100 * dot.value), date: dot.date });
          const button = make("button", { type: "button", class: "dot", "aria-label": label });
          return explains(button, () => ofFact(dot));
        }),
      );
    }
    const size = px(1.5) + 1;
    const points = spec.dots.map((dot, place) => ({
      place,
      left: u.valToPos(dot.at, "x", true) / devicePixelRatio,
      top: u.valToPos(dot.value, "y", true) / devicePixelRatio,
    }));
    for (const { place, left, top } of apart(points, size)) {
      const { style } = this.dots.children[place];
      style.left = `${left}px`;
      style.top = `${top}px`;
    }
  }
}

/** Return points of which no two squares of `size` overlap; what is in the way moves the shorter way. */
export function apart(points, size) {
  const placed = [];
  for (const point of [...points].sort((a, b) => a.left - b.left || a.top - b.top)) {
    let { left, top } = point;
    for (const other of placed) {
      const [across, down] = [left - other.left, top - other.top];
      if (Math.abs(across) >= size || Math.abs(down) >= size) continue;
      if (Math.abs(down) > Math.abs(across)) top = other.top + (down < 0 ? -size : size);
      else left = other.left + size;
    }
    placed.push({ ...point, left, top });
  }
  return placed;
}

/** Return where the names at the ends of lines stand, none on another. */
export function ends(spec, place, apart) {
  if (spec.lines.length < 2) return [];
  const tags = spec.lines
    .map((line) => ({ tag: line.tag, colour: line.colour, y: place(line.values.at(-1) ?? 0) }))
    .sort((a, b) => a.y - b.y);
  for (let n = 1; n < tags.length; n += 1) tags[n].y = Math.max(tags[n].y, tags[n - 1].y + apart);
  return tags;
}

/** Return the entries of a legend: a swatch and a text each. */
export function legend(entries) {
  const list = make("ul", { class: "legend" });
  for (const { kind, colour, text } of entries) {
    list.append(make("li", {}, swatch(kind, colour), text));
  }
  return list;
}

export function swatch(kind, colour) {
  const svg = draw("svg", { viewBox: "0 0 30 12", "aria-hidden": "true", focusable: "false" });
  if (kind === "zone") {
    svg.append(draw("rect", { width: 30, height: 12, fill: "#f0f0f0", stroke: "#999" }));
    svg.append(draw("path", { d: "M2 12L14 0M12 12L24 0", stroke: "#999" }));
  } else if (kind === "fan") {
    svg.append(draw("rect", { width: 30, height: 12, fill: colour, "fill-opacity": 0.16 }));
    svg.append(draw("rect", { y: 3, width: 30, height: 6, fill: colour, "fill-opacity": 0.3 }));
    svg.append(draw("path", { d: "M0 6H30", stroke: colour, "stroke-width": 2.5 }));
  } else if (kind === "dot") {
    svg.append(draw("circle", { cx: 15, cy: 6, r: 4.5 }));
  } else if (kind === "hollow") {
    svg.append(draw("circle", { cx: 15, cy: 6, r: 4, fill: "#fff", stroke: "#000", "stroke-width": 1.5 }));
  } else if (kind === "bar") {
    svg.append(draw("rect", { y: 1, width: 30, height: 10, fill: colour }));
  } else {
    const dash = kind === "dash" ? "6 4" : null;
    svg.append(draw("path", { d: "M0 6H30", stroke: colour, "stroke-width": 2.5, "stroke-dasharray": dash }));
  }
  return svg;
}
