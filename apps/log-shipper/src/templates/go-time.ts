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
  return layout.replace(ELEMENT, (element) => elementText(timestamp, element));
}

/** As Go prints a time that no layout is given for. */
export function printGoTime(timestamp: Timestamp): string {
  return formatGoTime(timestamp, '2006-01-02 15:04:05.999999999 -0700 MST');
}

/** As Go has a time in JSON: RFC 3339, the fraction without zeros at its end. */
export function goTimeJson(timestamp: Timestamp): string {
  return formatGoTime(timestamp, '2006-01-02T15:04:05.999999999Z07:00');
}

const DAY_MS = 86_400_000;

function dayOf(timestamp: Timestamp): number {
  return Date.parse(`${timestamp.slice(0, 10)}T00:00:00Z`);
}

function weekdayOf(timestamp: Timestamp): string {
  return DAYS[new Date(dayOf(timestamp)).getUTCDay()] ?? '';
}

function yearDayOf(timestamp: Timestamp): string {
  const firstDay = Date.parse(`${timestamp.slice(0, 4)}-01-01T00:00:00Z`);
  return String(Math.round((dayOf(timestamp) - firstDay) / DAY_MS) + 1);
}

function elementText(timestamp: Timestamp, element: string): string {
  const month = timestamp.slice(5, 7);
  const day = timestamp.slice(8, 10);
  const hour = Number(timestamp.slice(11, 13));
  const hour12 = String(hour % 12 === 0 ? 12 : hour % 12);
  const minute = timestamp.slice(14, 16);
  const second = timestamp.slice(17, 19);
  switch (element) {
    case '2006':
      return timestamp.slice(0, 4);
    case '06':
      return timestamp.slice(2, 4);
    case 'January':
      return MONTHS[Number(month) - 1] ?? '';
    case 'Jan':
      return (MONTHS[Number(month) - 1] ?? '').slice(0, 3);
    case '01':
      return month;
    case '1':
      return String(Number(month));
    case 'Monday':
      return weekdayOf(timestamp);
    case 'Mon':
      return weekdayOf(timestamp).slice(0, 3);
    case '02':
      return day;
    case '_2':
      return String(Number(day)).padStart(2);
    case '2':
      return String(Number(day));
    case '002':
      return yearDayOf(timestamp).padStart(3, '0');
    case '__2':
      return yearDayOf(timestamp).padStart(3);
    case '15':
      return timestamp.slice(11, 13);
    case '03':
      return hour12.padStart(2, '0');
    case '3':
      return hour12;
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
      return /^[.,]/.test(element) ? fractionText(timestamp.slice(20, 29), element) : zoneText(element);
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
