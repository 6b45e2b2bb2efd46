const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Formats a local time as Python's strftime does in the C locale. Directives it does not know stay as they are. */
export function strftime(date: Date, format: string): string {
  return format.replace(/%(-?)([a-zA-Z%])/g, (whole, flag: string, directive: string) => {
    const value = directives[directive]?.(date);
    return value === undefined ? whole : flag === '-' ? value.replace(/^[0 ]+(?=\d)/, '') : value;
  });
}

const pad = (value: number, width = 2, fill = '0') => String(value).padStart(width, fill);
const hour12 = (date: Date) => date.getHours() % 12 || 12;

const directives: Readonly<Record<string, (date: Date) => string>> = {
  '%': () => '%',
  a: (date) => days[date.getDay()]!.slice(0, 3),
  A: (date) => days[date.getDay()]!,
  b: (date) => months[date.getMonth()]!.slice(0, 3),
  B: (date) => months[date.getMonth()]!,
  d: (date) => pad(date.getDate()),
  D: (date) => strftime(date, '%m/%d/%y'),
  e: (date) => pad(date.getDate(), 2, ' '),
  F: (date) => strftime(date, '%Y-%m-%d'),
  H: (date) => pad(date.getHours()),
  I: (date) => pad(hour12(date)),
  j: (date) => pad(dayOfYear(date), 3),
  m: (date) => pad(date.getMonth() + 1),
  M: (date) => pad(date.getMinutes()),
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  S: (date) => pad(date.getSeconds()),
  T: (date) => strftime(date, '%H:%M:%S'),
  y: (date) => pad(date.getFullYear() % 100),
  Y: (date) => String(date.getFullYear()),
};

function dayOfYear(date: Date): number {
  // Counted in UTC so that a change of daylight saving time does not shift the day.
  const day = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day - Date.UTC(date.getFullYear(), 0, 0)) / 86_400_000);
}
