/**
 * The one saved file that makes voter cards without a network: the roll's list goes in, files to hand in and cards to
 * print come out. `pb cards page` puts this script and what it needs into the file.
 */
import { loadGroup } from './belenios.js'
import { fillSheet, keysAddress, printedCard, printing } from './card_paper.js'
import { makeCards, makeKey, newSalt, printedFingerprint, readKept, wholeList } from './cardlist.js'
import { inGroups } from './keyfile.js'
import { element, listen, Problem, save, showFingerprint, showPart, showProgress } from './page.js'

/** @type {Record<string, string>} */
const words = element('page').dataset
const files = /** @type {Record<string, string>} */ ({})
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The cells of a line; null where a quote is not closed on it. @param {string} line @param {string} separator */
const cellsOf = (line, separator) => {
  const cells = ['']
  let quoted = false
  for (const sign of line.replace(/""/g, '\ue000')) {
    if (sign === '"') quoted = !quoted
    else if (sign === separator && !quoted) cells.push('')
    else cells[cells.length - 1] += sign === '\ue000' ? (quoted ? '"' : '') : sign
  }
  return quoted ? null : cells.map((cell) => cell.normalize().replace(/\s+/g, ' ').trim())
}

/**
 * The lines of a CSV as objects, as `pb.core.tables` reads them: a line of the file is a line of the table, and cells are
 * parted by what parts the heading into most. @param {string} text @returns {Record<string, string>[]}
 */
const readCsv = (text) => {
  const written = text.split(/\r\n|\n|\r/).map((line, place) => ({ line, place: place + 1 }))
  const [first, ...lines] = written.filter(({ line }) => /[^\s",;]/.test(line))
  if (!first) return []
  const [separator] = [';', '\t', ','].sort((one, other) => first.line.split(other).length - first.line.split(one).length)
  const names = cellsOf(first.line, separator)?.map((name) => name.toLowerCase())
  if (!names) throw new Problem(`${first.place}: ${words.quote}`)
  return lines.map(({ line, place }) => {
    const row = cellsOf(line, separator)
    const named = names.map((name, column) => [name, row?.[column] ?? ''])
    const cells = row?.length === names.length ? '' : row ? 'wrong' : 'open'
    return { ...Object.fromEntries(named), line: String(place), cells }
  })
}

/** A chosen file's text; nothing where none is chosen. @param {string} id @returns {Promise<string>} */
const textOf = async (id) => {
  const [file] = element(id).files
  if (!file) return ''
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer())
  } catch {
    throw new Problem(words.encoding)
  }
}

/** What is wrong with the roll, line by line, as `pb cards` has it too. @param {Record<string, string>[]} entries */
const faultsOf = (entries) => {
  const seen = new Set()
  return entries.flatMap((entry) => {
    const { line, number, name, settlement, lookup } = entry
    const place = (number ?? '').replace(/^(R?)0*/, '$1')
    const [, reserve] = (entry.entry ?? '').match(/^reserve-(.*)/) ?? []
    const found = []
    if (entry.cells === 'open') found.push(words.quote)
    else if (entry.cells || !entry.entry || !number || !name || !settlement) found.push(words.columns)
    else if (!/^R?0{0,8}[1-9]\d{0,8}$/.test(number) || number.length > 10) found.push(words.number)
    else if (reserve === undefined ? number[0] === 'R' || !UUID.test(entry.entry) : number !== 'R' + reserve) found.push(words.entry)
    else if (seen.has(place) || seen.has(entry.entry.toLowerCase())) found.push(words.twice)
    if (lookup && !/^[0-9a-f]{64}$/.test(lookup)) found.push(words.lookup)
    seen.add(place).add((entry.entry ?? '').toLowerCase())
    return found.map((fault) => `${line}: ${fault}`)
  })
}

/** What a server sends is whatever it likes to send: its cards would bear the label of a file whose hash was compared. */
const refuseServed = () => {
  if (location.protocol !== 'file:') throw new Problem(words.served)
}

const make = async () => {
  refuseServed()
  const entries = readCsv(await textOf('roll'))
  const uuid = element('election').value.trim()
  const address = element('address').value.trim()
  const groupName = element('group').value
  const without = element('without').value.split(/[ ,;]+/).filter(Boolean)
  const before = await textOf('earlier')
  const earlier = before ? readKept(before, uuid, groupName) : null
  const earlierNumbers = { ...earlier?.cards, ...earlier?.reserve }
  const faults = faultsOf(entries)
  if (!entries.length && !without.length) faults.push(words.roll)
  if (!/^[1-9A-HJ-NP-Za-km-z]{14,64}$/.test(uuid) || !/^https?:\/\/\S+$/.test(address)) faults.push(words.election)
  if (before && !earlier) faults.push(words.earlier)
  else faults.push(...without.filter((gone) => !(gone in earlierNumbers)).map((gone) => `${gone}: ${words.without}`))
  if (faults.length) throw new Problem(faults.join('\n'))
  const group = await loadGroup(groupName)
  const cards = /** @type {Record<string, string>} */ ({})
  const rows = ['entry,public_key,sealed,poll']
  element('cards').textContent = ''
  await makeCards(entries, group, uuid, element('codes-key').value.trim(), async (entry, code, row) => {
    cards[entry.number] = row.public_key
    rows.push(`${row.entry},${row.public_key},${row.sealed ?? ''},${uuid}`)
    const mark = await printedFingerprint(row.public_key)
    element('cards').append(printedCard({ ...entry, code: inGroups(code), mark, address, keys: keysAddress(address) }))
    showProgress(rows.length - 1, entries.length)
  })
  const made = earlier ? null : await makeKey()
  const key = earlier?.key ?? made?.key ?? ''
  const how = earlier?.made === 'platform-page' ? 'platform-page' : 'saved-file'
  const whole = await wholeList(earlier, without, cards, { election: uuid, group: groupName, made: how, key, salt: newSalt() })
  Object.assign(files, { 'public-keys.csv': rows.join('\n') + '\n', 'statement.json': whole.statement, 'maker.json': whole.kept })
  if (made) files['maker-key.json'] = made.file
  for (const [id, text] of Object.entries({ uuid, count: whole.count })) element(id).textContent = text
  for (const name of ['list', 'numbers', 'maker']) showFingerprint(element(name), whole[name])
  element('passphrase').textContent = made?.passphrase ?? ''
  element('new-key').hidden = !made
  fillSheet(whole, uuid)
  showPart('done')
}

const saveFiles = () => {
  for (const [name, text] of Object.entries(files)) save(text, name)
}

listen({ make, save: saveFiles, ...printing })
