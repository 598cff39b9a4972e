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

/** The rows of a CSV as objects (RFC 4180). @param {string} text @returns {Record<string, string>[]} */
const readCsv = (text) => {
  const rows = [['']]
  let quoted = false
  for (const sign of text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n').replace(/""/g, '\ue000')) {
    const row = rows[rows.length - 1]
    if (sign === '"') quoted = !quoted
    else if (sign === ',' && !quoted) row.push('')
    else if (sign === '\n' && !quoted) rows.push([''])
    else row[row.length - 1] += sign === '\ue000' ? (quoted ? '"' : '') : sign
  }
  const [names, ...lines] = rows.filter((row) => row.length > 1)
  return lines.map((row) => Object.fromEntries((names ?? []).map((name, place) => [name, row[place] ?? ''])))
}

/** @param {string} id @returns {Promise<string>} */
const textOf = async (id) => {
  const [file] = element(id).files
  return file ? file.text() : ''
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
  const numbers = new Set(entries.map(({ number }) => number))
  const complete = entries.every(({ entry, number, name, settlement }) => entry && name && settlement && /^R?\d{1,9}$/.test(number))
  if (!complete || numbers.size !== entries.length || (!entries.length && !without.length)) throw new Problem(words.roll)
  if (!/^[1-9A-HJ-NP-Za-km-z]{14,64}$/.test(uuid) || !address) throw new Problem(words.election)
  const before = await textOf('earlier')
  const earlier = before ? readKept(before, uuid, groupName) : null
  if (before && !earlier) throw new Problem(words.earlier)
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
