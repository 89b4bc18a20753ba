/** A moment in UTC, in the form of `PieceMark`'s timestamp: 30 characters. */
type Timestamp = string;

const MONTHS = [
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
] as const;
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/**
 * The elements of a layout, longer ones before those that they begin with. A fraction is one only behind a point or comma and
 * with no digit behind it; `Jan` and `Mon` only where the word does not go on in small letters.
 */
const ELEMENT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|__2|_2(?!006)|002|01|02|03|04|05|06|15|1|2|3|4|5|PM|pm|[-Z]07(?::00:00|:00|0000|00)?|[.,](?:0+|9+)(?!\d)/g;

/**
 * A time as Go's `time.Format` writes it by a layout, which is the time 2006-01-02 15:04:05 in the wished form. The zone
 * is UTC, whatever the host has.
 * @see https://pkg.go.dev/time#pkg-constants
 */
export function formatGoTime(timestamp: Timestamp, layout: string): string {
  const time = partsOf(timestamp);
  return layout.replace(ELEMENT, (element) => elementText(time, element));
}

/** As Go prints a time that no layout is given for. */
export function printGoTime(timestamp: Timestamp): string {
  return formatGoTime(timestamp, '2006-01-02 15:04:05.999999999 -0700 MST');
}

/** As Go has a time in JSON: RFC 3339, the fraction without zeros at its end. */
export function goTimeJson(timestamp: Timestamp): string {
  return formatGoTime(timestamp, '2006-01-02T15:04:05.999999999Z07:00');
}

interface TimeParts {
  readonly year: string;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly yearDay: number;
  readonly hour: number;
  readonly minute: string;
  readonly second: string;
  /** Nine digits. */
  readonly fraction: string;
}

const DAY_MS = 86_400_000;

function partsOf(timestamp: Timestamp): TimeParts {
  const year = timestamp.slice(0, 4);
  const dayMs = Date.parse(`${timestamp.slice(0, 10)}T00:00:00Z`);
  return {
    year,
    month: Number(timestamp.slice(5, 7)),
    day: Number(timestamp.slice(8, 10)),
    weekday: new Date(dayMs).getUTCDay(),
    yearDay: Math.round((dayMs - Date.parse(`${year}-01-01T00:00:00Z`)) / DAY_MS) + 1,
    hour: Number(timestamp.slice(11, 13)),
    minute: timestamp.slice(14, 16),
    second: timestamp.slice(17, 19),
    fraction: timestamp.slice(20, 29),
  };
}

function elementText(time: TimeParts, element: string): string {
  const { year, month, day, weekday, yearDay, hour, minute, second, fraction } = time;
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  switch (element) {
    case '2006':
      return year;
    case '06':
      return year.slice(2);
    case 'January':
      return MONTHS[month - 1] ?? '';
    case 'Jan':
      return (MONTHS[month - 1] ?? '').slice(0, 3);
    case '01':
      return twoDigits(month);
    case '1':
      return String(month);
    case 'Monday':
      return DAYS[weekday] ?? '';
    case 'Mon':
      return (DAYS[weekday] ?? '').slice(0, 3);
    case '02':
      return twoDigits(day);
    case '_2':
      return String(day).padStart(2);
    case '2':
      return String(day);
    case '002':
      return String(yearDay).padStart(3, '0');
    case '__2':
      return String(yearDay).padStart(3);
    case '15':
      return twoDigits(hour);
    case '03':
      return twoDigits(hour12);
    case '3':
      return String(hour12);
    case '04':
      return minute;
    case '4':
      return String(Number(minute));
    case '05':
      return second;
    case '5':
      return String(Number(second));
    case 'PM':
      return hour < 12 ? 'AM' : 'PM';
    case 'pm':
      return hour < 12 ? 'am' : 'pm';
    case 'MST':
      return 'UTC';
    default:
      return /^[.,]/.test(element) ? fractionText(fraction, element) : zoneText(element);
  }
}

/** `.000` always has its digits, `.999` leaves out zeros at the end, and the point when none is left. */
function fractionText(fraction: string, element: string): string {
  const digits = fraction.slice(0, element.length - 1).padEnd(element.length - 1, '0');
  if (element[1] === '0') return element.slice(0, 1) + digits;
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : element.slice(0, 1) + kept;
}

/** `Z07:00` is a Z in UTC, `-07:00` is `+00:00`. */
function zoneText(element: string): string {
  return element.startsWith('Z') ? 'Z' : `+${element.slice(1).replace('7', '0')}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
