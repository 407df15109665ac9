// Where a value lies on a drawing, and the numbers beside it. Pure.

/** Round numbers that cover [0, most]; at least two. */
export function ticks(most, count = 3) {
  if (!(most > 0)) return [0, 1];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 2.5, 5, 10].find((n) => n * power >= rough * 0.999) * power;
  const found = [];
  for (let n = 0; n === 0 || found.at(-1) < most - unit * 1e-9; n += 1) found.push(Number((n * unit).toPrecision(12)));
  return found;
}

/** A round number in little room. */
export function tickText(value) {
  return value !== 0 && value < 0.001 ? value.toExponential() : String(value);
}

/** The steps that get a number under the drawing: round ones, and no more than fit. */
export function stepTicks(first, last, room) {
  const most = Math.max(1, Math.floor(room / 46));
  const unit = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000].find((n) => (last - first) / n <= most) ?? last - first;
  const found = [];
  for (let step = Math.ceil(first / unit) * unit; step <= last; step += unit) found.push(step);
  return found;
}

/** Maps [from, to] to [start, end]; one value alone lies at the start. */
export function scale(from, to, start, end) {
  const width = to - from || 1;
  return (value) => start + ((value - from) / width) * (end - start);
}

/** "0.68", "12.4", "140", "4.2e-4", "–". */
export function figure(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 0.01 || size === 0) return value.toFixed(size < 0.1 && size > 0 ? 3 : 2);
  return value.toExponential(1);
}

/** The number with its sign: "+0.75", "−0.58", "0". */
export function signed(value) {
  if (Math.abs(value) < 0.005) return "0";
  return `${value > 0 ? "+" : "−"}${Math.abs(value).toFixed(2)}`;
}

/** Runs of neighbouring points that have `key`, as lists; a missing value is a gap. */
export function stretches(points, key) {
  const found = [[]];
  for (const point of points) {
    if (point[key] === null || point[key] === undefined) {
      if (key === "dev" || point.step === 0) continue; // an evaluation now and then is no gap
      found.push([]);
    } else found.at(-1).push(point);
  }
  return found.filter((stretch) => stretch.length);
}
