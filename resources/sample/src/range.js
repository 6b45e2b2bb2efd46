/** The whole numbers from first to last, both included. */
export function range(first, last) {
  const numbers = [];
  for (let n = first; n < last; n++) {
    numbers.push(n);
  }
  return numbers;
}
