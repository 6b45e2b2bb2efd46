/** Flat parameter vectors: fp32 storage, float64 accumulation (four partial sums, so that the loop is not bound by add latency). */

export function dot(x: Float32Array, y: Float32Array): number {
  const n = x.length;
  const even = n - (n % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i < even; i += 4) {
    s0 += x[i]! * y[i]!;
    s1 += x[i + 1]! * y[i + 1]!;
    s2 += x[i + 2]! * y[i + 2]!;
    s3 += x[i + 3]! * y[i + 3]!;
  }
  for (; i < n; i++) s0 += x[i]! * y[i]!;
  return s0 + s1 + (s2 + s3);
}

/** ‖x‖₂ */
export function norm(x: Float32Array): number {
  return Math.sqrt(dot(x, x));
}

/** y += a·x, in place. */
export function axpy(a: number, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += a * x[i]!;
}

/** x + a·d as a new vector. */
export function plus(x: Float32Array, a: number, d: Float32Array): Float32Array {
  const out = new Float32Array(x.length);
  for (let i = 0; i < out.length; i++) out[i] = x[i]! + a * d[i]!;
  return out;
}

/** a·x as a new vector. */
export function scaled(a: number, x: Float32Array): Float32Array {
  const out = new Float32Array(x.length);
  for (let i = 0; i < out.length; i++) out[i] = a * x[i]!;
  return out;
}

export function sum(x: Float32Array): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i]!;
  return s;
}

/** Mean, 0 for an empty vector. */
export function mean(x: Float32Array): number {
  return x.length === 0 ? 0 : sum(x) / x.length;
}

export function allFinite(x: Float32Array): boolean {
  // A sum of squares in float64 cannot overflow from finite fp32 values, and NaN or infinity survive it.
  return Number.isFinite(dot(x, x));
}
