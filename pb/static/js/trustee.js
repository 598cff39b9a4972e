/**
 * A trustee's page: make a key, confirm that it stands in trustees.json, decrypt the encrypted tally. The private key
 * and the passphrase stay in this document.
 */
import { FixedBase, P, Q, challenge, fingerprint, generator, hex, modQ, normaliseSymbols, pause, proof, proveKnowledge, randomNumber, sha256 } from './belenios.js'
import { decryptKey, encryptKey, generatePassphrase } from './keyfile.js'
import { Problem, element, listen, post, save, showPart, showProgress } from './page.js'

/** The texts, addresses and published files that the server wrote for this script. @type {Record<string, string>} */
const page = element('page').dataset
const made = { privateKey: 0n, passphrase: '', file: '', saved: false }

/** The trustee's public key with the proof that its private key is known (section 4.5). @param {bigint} privateKey */
export const trusteeKey = async (privateKey) => {
  const public_key = String(generator.power(privateKey))
  return JSON.stringify({ pok: await proveKnowledge(privateKey, `pok|BELENIOS-2048|${public_key}`), public_key })
}

/** @param {bigint} privateKey @param {string} uuid @param {string} trustees trustees.json as published */
export const proveConfirmation = async (privateKey, uuid, trustees) =>
  proveKnowledge(privateKey, `asar-confirm|${uuid}|${hex(await sha256(trustees))}|${generator.power(privateKey)}`)

/**
 * Decryption factors of the encrypted tally with their proofs (section 4.17).
 * @param {bigint} privateKey @param {string} election @param {string} tally both raw
 * @param {(done: number, total: number) => void} progress
 */
export const decrypt = async (privateKey, election, tally, progress) => {
  const rows = /** @type {{alpha: string}[][]} */ (JSON.parse(tally))
  const statement = `decrypt|${await fingerprint(election)}|${generator.power(privateKey)}`
  const total = rows.reduce((sum, row) => sum + row.length, 0)
  let done = 0
  const decryption_factors = []
  const decryption_proofs = []
  for (const row of rows) {
    const factors = []
    const proofs = []
    for (const { alpha } of row) {
      const base = new FixedBase(BigInt(alpha))
      // outside the group a factor would give parts of the private key away
      if (!(base.next > 0n && base.next < P) || base.power(Q) !== 1n) throw new Problem(page.wrongTally)
      const w = randomNumber()
      const c = await challenge(`${statement}|${generator.power(w)},${base.power(w)}`)
      factors.push(String(base.power(privateKey)))
      proofs.push(proof(c, modQ(w - privateKey * c)))
      progress(++done, total)
      await pause()
    }
    decryption_factors.push(factors)
    decryption_proofs.push(proofs)
  }
  return JSON.stringify({ decryption_factors, decryption_proofs })
}

/** This trustee's public key in trustees.json. @returns {string} */
const listedKey = () => JSON.parse(page.trustees)[Number(page.index) - 1][1].public_key

/** Reads the key file with the passphrase; the key must be this trustee's in trustees.json. @returns {Promise<bigint>} */
const loadKey = async () => {
  const file = element('key-file').files[0]
  if (!file) throw new Problem(page.noFile)
  const privateKey = await decryptKey(await file.text(), element('passphrase').value)
  if (!privateKey) throw new Problem(page.wrongPassphrase)
  if (listedKey() !== String(generator.power(privateKey))) throw new Problem(page.otherKey)
  return privateKey
}

/** @param {string} publicKey */
const showFingerprint = async (publicKey) => {
  for (const place of document.querySelectorAll('[data-fingerprint]')) place.textContent = hex(await sha256(publicKey))
}

const make = async () => {
  made.privateKey = 1n + (randomNumber() % (Q - 1n))
  made.passphrase = generatePassphrase()
  made.file = await encryptKey(made.privateKey, made.passphrase)
  made.saved = false
  element('new-passphrase').textContent = made.passphrase
  showPart('keep')
}

const saveFile = () => {
  save(made.file, 'asar-trustee-key.json')
  made.saved = true
}

const written = () => {
  if (!made.saved) throw new Problem(page.noFile)
  element('new-passphrase').textContent = ''
  showPart('type')
}

const sendKey = async () => {
  if (normaliseSymbols(element('typed').value) !== normaliseSymbols(made.passphrase)) throw new Problem(page.wrongPassphrase)
  const trustee = await trusteeKey(made.privateKey)
  await post(page.base + '/trustee/key', { trustee })
  await finish(JSON.parse(trustee).public_key)
}

const confirm = async () => {
  const privateKey = await loadKey()
  await post(page.base + '/trustee/confirmation', { proof: await proveConfirmation(privateKey, page.uuid, page.trustees) })
  await finish(String(generator.power(privateKey)))
}

const decryptTally = async () => {
  const privateKey = await loadKey()
  const partial_decryption = await decrypt(privateKey, page.election, page.tally, showProgress)
  await post(page.base + '/trustee/decryption', { partial_decryption })
  await finish(String(generator.power(privateKey)))
}

/** Hands in what `pb trustee` made without a network. */
const sendOffline = async () => {
  const file = element('offline-file').files[0]
  if (!file) throw new Problem(page.noFile)
  const text = await file.text()
  if (text.includes('asar-trustee-key')) throw new Problem(page.keyItself)
  const [path, body] = /** @type {Record<string, () => [string, object]>} */ ({
    key: () => ['/trustee/key', { trustee: text }],
    confirmation: () => ['/trustee/confirmation', JSON.parse(text)],
    decryption: () => ['/trustee/decryption', { partial_decryption: text }],
  })[page.stage]()
  await post(page.base + path, body)
  await finish(page.stage === 'key' ? JSON.parse(text).public_key : listedKey())
}

/** @param {string} publicKey */
const finish = async (publicKey) => {
  Object.assign(made, { privateKey: 0n, passphrase: '', file: '' })
  for (const input of document.querySelectorAll('input')) input.value = ''
  await showFingerprint(publicKey)
  showPart('done')
}

listen({ make, saveFile, written, again: () => showPart('make'), sendKey, confirm, decryptTally, sendOffline })
addEventListener('beforeunload', (event) => {
  if (!made.privateKey) return
  event.preventDefault()
  event.returnValue = true
})
