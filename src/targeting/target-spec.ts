/** A target as typed: `path`, `path:line`, `path:line:column`, `path:symbol`, `path::Class::method`. */
export interface TargetSpec {
  readonly path: string;
  readonly line?: number;
  readonly symbol?: string;
}

/**
 * The ways to read a spec, most literal first: a colon may be part of a file's name.
 * A drive (`C:\x.js:12`) is never read as a path and a symbol.
 */
export function readSpec(spec: string): TargetSpec[] {
  const readings: TargetSpec[] = [{ path: spec }];
  const drive = /^[A-Za-z]:(?=[\\/])/.exec(spec)?.[0] ?? '';
  const rest = spec.slice(drive.length);
  const place = /^(.+?):(\d+)(?::\d+)?:?$/.exec(rest);
  if (place) readings.push({ path: drive + place[1], line: Number(place[2]) });
  // The symbol follows the first colon that has no path after it: `a.rs:Stack::push`, `a.py::Stack::push`.
  const symbol = /^(.+?)::?([^:\\/]+(?:::[^:\\/]+)*)$/.exec(rest);
  if (symbol && !place) readings.push({ path: drive + symbol[1], symbol: symbol[2]! });
  return readings;
}
