/**
 * Making voter cards in a browser, and the list that their maker keeps and states; pb/core/poll/card_list.py describes
 * the files. Used by the page of the platform and by the one saved file.
 */
import { hex, loadGroup, number, pause, sha256 } from './belenios.js'
import { derive } from './codes.js'
import { encryptMakerKey, generateCode, generatePassphrase } from './keyfile.js'

/** @param {Uint8Array} bytes */
const base64 = (bytes) => btoa(String.fromCharCode(...bytes))
/** @param {string} text */
const digest = async (text) => hex(await sha256(text))

/** @typedef {Record<string, string>} Cards public keys by the cards' numbers */
/** @typedef {{election: string, group: string, made: string, cards: Cards, reserve: Cards, key: string, certificate?: string}} Kept */

/** What stands under a card's fold. @param {string} publicKey */
export const printedFingerprint = async (publicKey) => (await digest(publicKey)).slice(0, 32).replace(/.{4}(?=.)/g, '$& ')

/**
 * A card for each entry: code, public key, and the code sealed for the code-releasing process where there is one.
 * @param {Record<string, string>[]} entries @param {any} group @param {string} uuid @param {string} codesKey or ''
 * @param {(entry: Record<string, string>, code: string, row: any) => Promise<void>} onCard
 */
export const makeCards = async (entries, group, uuid, codesKey, onCard) => {
  for (const entry of entries) {
    const code = generateCode()
    const publicKey = group.publicKey(await derive(group, uuid, code))
    const row = { entry: entry.entry, public_key: publicKey, ...(await sealed(entry, code, publicKey, uuid, codesKey)) }
    await onCard(entry, code, row)
    await pause()
  }
}

/** @param {Record<string, string>} entry @param {string} code @param {string} publicKey @param {string} uuid @param {string} codesKey */
const sealed = async (entry, code, publicKey, uuid, codesKey) => {
  if (!codesKey || !entry.lookup) return {}
  const { seal } = await import('./sealing.js')
  const text = JSON.stringify({ code, lookup: entry.lookup })
  return { sealed: await seal(text, codesKey, `asar-sealed-code|${uuid}|${entry.entry}|${publicKey}`) }
}

/** @param {Uint8Array} seed @returns {Promise<string>} the public half of an Ed25519 key (RFC 8032, 5.1.5) in base64 */
const publicHalf = async (seed) => {
  const scalar = new Uint8Array(await crypto.subtle.digest('SHA-512', seed)).slice(0, 32)
  scalar[0] &= 248
  scalar[31] = (scalar[31] & 63) | 64
  const group = await loadGroup('Ed25519')
  const point = group.publicKey(number(hex(scalar.reverse())) % group.q)
  return base64(Uint8Array.from(point.match(/../g), (/** @type {string} */ pair) => parseInt(pair, 16)).reverse())
}

/** The maker's key: its public half, and the key file with the passphrase to write down. */
export const makeKey = async () => {
  const seed = crypto.getRandomValues(new Uint8Array(32))
  const key = await publicHalf(seed)
  const passphrase = generatePassphrase()
  return { key, passphrase, file: await encryptMakerKey(key, base64(seed), passphrase) }
}

/** @param {string} text of an earlier maker's file @param {string} uuid @param {string} group @returns {Kept?} */
export const readKept = (text, uuid, group) => {
  try {
    const kept = JSON.parse(text)
    if (kept.kind !== 'asar-card-list' || kept.version !== 1 || kept.election !== uuid || kept.group !== group) return null
    return { ...kept, cards: Object.fromEntries(kept.cards), reserve: Object.fromEntries(kept.reserve) }
  } catch {
    return null
  }
}

/** For the fingerprint of the numbers. */
export const newSalt = () => base64(crypto.getRandomValues(new Uint8Array(32)))

/** Cards of the roll before those of the reserve, each by number. @param {Cards} cards */
const ordered = (cards) => {
  const place = (/** @type {string} */ name) => Number(name.replace('R', ''))
  const byPlace = (/** @type {[string, string]} */ [a], /** @type {[string, string]} */ [b]) =>
    place(a) - place(b) || (a < b ? -1 : 1)
  const rows = Object.entries(cards)
  const reserve = rows.filter(([name]) => name.startsWith('R'))
  return [...rows.filter(([name]) => !name.startsWith('R')).sort(byPlace), ...reserve.sort(byPlace)]
}

/** Who confirms the list, as people compare it on the sheet. @param {string} key @param {string} [certificate] */
const signer = async (key, certificate) => {
  if (!certificate) return { key }
  const bytes = Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0))
  return { certificate, certificate_key: hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))) }
}

/**
 * The maker's file and the statement of the whole list, as texts; `shown` by the names of the sheet's lines.
 * @param {Kept?} earlier @param {string[]} without numbers of earlier cards that are gone @param {Cards} cards new ones
 * @param {{election: string, group: string, made: string, key: string, salt: string}} head
 */
export const wholeList = async (earlier, without, cards, { election, group, made, key, salt }) => {
  const all = { ...earlier?.cards, ...earlier?.reserve }
  for (const gone of without) delete all[gone]
  const rows = ordered({ ...all, ...cards })
  const keys = rows.map(([, publicKey]) => publicKey)
  keys.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  const list = await digest(JSON.stringify(keys))
  const numbers = await digest('asar-card-numbers|' + JSON.stringify({ election, salt, cards: rows }))
  const reserve = rows.filter(([name]) => name.startsWith('R'))
  const ofRoll = rows.filter(([name]) => !name.startsWith('R'))
  const head = { version: 1, kind: 'asar-card-list', election, group, made, salt }
  const [count, counts] = [String(rows.length), `${ofRoll.length} + ${reserve.length}`]
  // Who signs with a certificate named it when the first cards were made, with the offline program.
  const named = earlier?.certificate ? { certificate: earlier.certificate } : {}
  return {
    list,
    numbers,
    kept: JSON.stringify({ ...head, cards: ofRoll, reserve, list, numbers, key, ...named }),
    statement: JSON.stringify({ list, numbers, count: rows.length, reserve: reserve.length, key, made, ...named }),
    maker: earlier?.certificate ?? key,
    count: counts,
    shown: { list, numbers, made, count, counts, ...(await signer(key, earlier?.certificate)) },
  }
}
