/** What parts the fields of a line, the rarest in numbers first. */
const DELIMITERS = ['\t', ';', ',']
const QUOTE = '"'

/** What parts the fields of a file, by its first line; what stands in quotes parts nothing. */
export function delimiterOf(line: string): string {
  const open = line.replaceAll(/"(?:[^"]|"")*"/g, '')
  return DELIMITERS.find(one => open.includes(one)) ?? ','
}

/** The fields of a line, without their quotes (RFC 4180). `undefined`: a quote is not closed, or text follows it. */
export function fieldsOf(line: string, delimiter: string): readonly string[] | undefined {
  if (!line.includes(QUOTE)) return line.split(delimiter)
  const fields: string[] = []
  for (let at = 0; ; ) {
    const field = fieldAt(line, at, delimiter)
    if (field === undefined) return undefined
    fields.push(field.text)
    if (field.end === line.length) return fields
    at = field.end + 1
  }
}

/** A field, and where its delimiter or the end of the line is. */
function fieldAt(
  line: string,
  from: number,
  delimiter: string,
): { readonly text: string; readonly end: number } | undefined {
  const begin = afterSpaces(line, from)
  if (line[begin] !== QUOTE) {
    const found = line.indexOf(delimiter, from)
    const end = found < 0 ? line.length : found
    return { text: line.slice(from, end), end }
  }
  let close = line.indexOf(QUOTE, begin + 1)
  while (close >= 0 && line[close + 1] === QUOTE) close = line.indexOf(QUOTE, close + 2)
  if (close < 0) return undefined
  const end = afterSpaces(line, close + 1)
  if (end < line.length && line[end] !== delimiter) return undefined
  return { text: line.slice(begin + 1, close).replaceAll('""', QUOTE), end }
}

function afterSpaces(line: string, from: number): number {
  let at = from
  while (line[at] === ' ') at += 1
  return at
}
