/**
 * The one saved file that makes voter cards without a network: the roll's list goes in, files to hand in and cards to
 * print come out. `pb cards page` puts this script and what it needs into the file.
 */
import { loadGroup } from './belenios.js'
import { makeCards, makeKey, newSalt, printedFingerprint, readKept, wholeList } from './cardlist.js'
import { inGroups } from './keyfile.js'
import { element, listen, Problem, save, showPart, showProgress } from './page.js'

/** @type {Record<string, string>} */
const words = element('page').dataset
const files = /** @type {Record<string, string>} */ ({})
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The rows of a CSV as objects (RFC 4180). @param {string} text @returns {Record<string, string>[]} */
const readCsv = (text) => {
  const rows = [['']]
  const ends = /** @type {number[]} */ ([])
  let [quoted, number] = [false, 1]
  for (const sign of text.replace(/\r\n?/g, '\n').replace(/""/g, '\ue000')) {
    const row = rows[rows.length - 1]
    if (sign === '\n' && !quoted) ends.push(number)
    if (sign === '\n') number += 1
    if (sign === '"') quoted = !quoted
    else if (sign === ',' && !quoted) row.push('')
    else if (sign === '\n' && !quoted) rows.push([''])
    else row[row.length - 1] += sign === '\ue000' ? (quoted ? '"' : '') : sign
  }
  ends.push(number)
  if (quoted) throw new Problem(words.roll)
  const [names, ...lines] = rows.map((row, place) => ({ row, line: ends[place] })).filter(({ row }) => row.join('').trim())
  return lines.map(({ row, line }) => {
    const named = (names?.row ?? []).map((name, place) => [name.trim(), (row[place] ?? '').trim()])
    return { ...Object.fromEntries(named), line: String(line), cells: row.length === names?.row.length ? '' : 'wrong' }
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
    if (entry.cells || !entry.entry || !number || !name || !settlement) found.push(words.columns)
    else if (!/^R?0{0,8}[1-9]\d{0,8}$/.test(number) || number.length > 10) found.push(words.number)
    else if (reserve === undefined ? number[0] === 'R' || !UUID.test(entry.entry) : number !== 'R' + reserve) found.push(words.entry)
    else if (seen.has(place) || seen.has(entry.entry.toLowerCase())) found.push(words.twice)
    if (lookup && !/^[0-9a-f]{64}$/.test(lookup)) found.push(words.lookup)
    seen.add(place).add((entry.entry ?? '').toLowerCase())
    return found.map((fault) => `${line}: ${fault}`)
  })
}

/** @param {string} kind @param {string} text @returns {HTMLElement} */
const line = (kind, text) => {
  const paragraph = document.createElement('p')
  paragraph.className = kind
  paragraph.textContent = text
  return paragraph
}

const make = async () => {
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
  const rows = ['entry,public_key,sealed']
  element('cards').textContent = ''
  await makeCards(entries, group, uuid, element('codes-key').value.trim(), async (entry, code, row) => {
    cards[entry.number] = row.public_key
    rows.push(`${row.entry},${row.public_key},${row.sealed ?? ''}`)
    const sheet = document.createElement('article')
    sheet.className = 'voter-card'
    sheet.append(line('title', words.title), line('holder', `${entry.name} · ${entry.settlement} · № ${entry.number}`))
    sheet.append(line('code', inGroups(code)), line('address', address), line('steps', words.steps))
    sheet.append(line('fold', words.fold))
    sheet.append(line('mark', await printedFingerprint(row.public_key)), line('where', address.replace(/[^/]*$/, 'keys')))
    element('cards').append(sheet)
    showProgress(rows.length - 1, entries.length)
  })
  const made = earlier ? null : await makeKey()
  const key = earlier?.key ?? made?.key ?? ''
  const how = earlier?.made === 'platform-page' ? 'platform-page' : 'saved-file'
  const whole = await wholeList(earlier, without, cards, { election: uuid, group: groupName, made: how, key, salt: newSalt() })
  Object.assign(files, { 'public-keys.csv': rows.join('\n') + '\n', 'statement.json': whole.statement, 'maker.json': whole.kept })
  if (made) files['maker-key.json'] = made.file
  const shown = { uuid, list: whole.list, numbers: whole.numbers, count: whole.count, maker: whole.maker }
  for (const [id, text] of Object.entries(shown)) element(id).textContent = text
  element('passphrase').textContent = made?.passphrase ?? ''
  showPart('done')
}

const saveFiles = () => {
  for (const [name, text] of Object.entries(files)) save(text, name)
}

listen({ make, save: saveFiles, print: () => print() })
