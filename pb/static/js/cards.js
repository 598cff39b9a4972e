/**
 * The registrar's page that makes voter cards: codes come into being here, are printed from here, and are forgotten
 * with the page. Public keys are sent, codes that the registrar's program alone can open, and what the maker states of
 * the whole list. The maker's file and key are saved here and never sent.
 */
import { loadGroup } from './belenios.js'
import { fillSheet, printed, printedCard, printing } from './card_paper.js'
import { makeCards, makeKey, newSalt, printedFingerprint, readKept, wholeList } from './cardlist.js'
import { inGroups } from './keyfile.js'
import { element, listen, post, Problem, save, showFingerprint, showPart, showProgress } from './page.js'

/** The roll's entries without a card, and the words that the server wrote for this script. @type {Record<string, string>} */
const page = element('page').dataset
const made = {
  credentials: /** @type {object[]} */ ([]),
  cards: /** @type {Record<string, string>} */ ({}),
  sheets: document.createDocumentFragment(),
  key: /** @type {any} */ (null),
  salt: newSalt(),
  list: /** @type {any} */ (null),
  atStake: false,
  kept: false,
}

/** The maker's file of the cards that exist already; nothing where there are none. */
const earlierList = async () => {
  if (!Number(page.made)) return null
  const [file] = element('earlier').files
  const kept = file && readKept(await file.text(), page.uuid, page.group)
  if (!kept) throw new Problem(page.earlier)
  return kept
}

/** Codes are made once: after a lost connection the same public keys are sent again. */
const make = async () => {
  const earlier = await earlierList()
  const all = JSON.parse(page.entries)
  const group = await loadGroup(page.group)
  await makeCards(all.slice(made.credentials.length), group, page.uuid, page.registrar, async (entry, code, row) => {
    made.credentials.push(row)
    made.cards[entry.number] = row.public_key
    const mark = await printedFingerprint(row.public_key)
    made.sheets.append(printedCard({ ...entry, code: inGroups(code), mark, address: page.address, keys: page.keys }))
    showProgress(made.credentials.length, all.length)
  })
  if (!earlier) made.key ??= await makeKey()
  const key = earlier?.key ?? made.key.key
  const without = Number(page.made) ? element('without').value.split(/[ ,;]+/).filter(Boolean) : []
  const head = { election: page.uuid, group: page.group, made: 'platform-page', key, salt: made.salt }
  made.list = await wholeList(earlier, without, made.cards, head)
  made.atStake = true
  await post(page.base + '/cards', { credentials: made.credentials, statement: made.list.statement })
  element('cards').append(made.sheets)
  for (const name of ['list', 'numbers', 'maker']) showFingerprint(element(name), made.list[name])
  element('passphrase').textContent = made.key?.passphrase ?? ''
  element('new-key').hidden = !made.key
  fillSheet(made.list, page.uuid)
  showPart('print')
}

const keep = () => {
  save(made.list.kept, 'maker.json')
  if (made.key) save(made.key.file, 'maker-key.json')
  made.kept = true
}

/**
 * Asks before the codes are forgotten. Without paper nobody votes, without the sheet nobody compares the minutes, and
 * without the files nobody can confirm the published list, for which the adoption of the result waits.
 */
const finish = () => {
  const missing = [!printed.cards && page.printCards, !printed.sheet && page.printSheet, !made.kept && page.keep]
  if (missing.some(Boolean)) throw new Problem(missing.filter(Boolean).join('\n'))
  showPart('finish')
}

const forget = () => {
  made.atStake = false
  made.key = null
  for (const id of ['cards', 'passphrase']) element(id).textContent = ''
  showPart('done')
}

listen({ make, keep, ...printing, finish, back: () => showPart('print'), forget })
addEventListener('beforeunload', (event) => {
  if (!made.atStake) return
  event.preventDefault()
  event.returnValue = true
})
