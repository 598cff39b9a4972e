/**
 * A trustee's page: make a key, alone or as one of a group in three steps, confirm that it stands in trustees.json, try
 * it out, decrypt the encrypted tally. Private key, seed and passphrase stay in this document.
 */
import { FixedBase, fingerprint, hex, loadGroup, number, pause, proof, sha256 } from './belenios.js'
import { Fault, acceptShares, deal, generateSeed, makeCertificate, verificationKey } from './ceremony.js'
import { normaliseSymbols } from './codes.js'
import { decryptKey, decryptSeed, encryptKey, encryptSeed, generatePassphrase } from './keyfile.js'
import { Problem, element, listen, post, save, showFingerprint, showPart, showProgress } from './page.js'
import { member } from './proofs.js'

/** The texts, addresses and published files that the server wrote for this script. @type {Record<string, string>} */
const page = element('page').dataset
/** A key file that was made here; `message` is what is handed in, under the public key that stands in the file. */
const made = { passphrase: '', file: '', name: '', message: '', publicKey: '', saved: false }

/** By poll and trustee: who keeps files of several votes tells them apart. @param {string} what */
const fileName = (what) => `asar-trustee-${what}-${page.uuid}-${page.index}.json`
const place = () => ({ size: Number(page.size), threshold: Number(page.threshold), index: Number(page.index) })

/** The trustee's public key with the proof that its private key is known (section 4.5). @param {any} group @param {bigint} privateKey */
export const trusteeKey = async (group, privateKey) => {
  const public_key = group.publicKey(privateKey)
  return JSON.stringify({ pok: await group.prove(privateKey, `pok|${group.name}|${public_key}`), public_key })
}

/** @param {any} group @param {bigint} privateKey @param {string} uuid @param {string} trustees trustees.json as published */
export const proveConfirmation = async (group, privateKey, uuid, trustees) =>
  group.prove(privateKey, `asar-confirm|${uuid}|${hex(await sha256(trustees))}|${group.publicKey(privateKey)}`)

/**
 * Decryption factors of the encrypted tally with their proofs (section 4.18), and the proof that all of them are right.
 * @param {any} group @param {bigint} privateKey @param {string} election @param {string} tally both raw
 * @param {(done: number, total: number) => void} progress
 */
export const decrypt = async (group, privateKey, election, tally, progress) => {
  const rows = /** @type {{alpha: string}[][]} */ (JSON.parse(tally))
  const bound = `${await fingerprint(election)}|${group.publicKey(privateKey)}`
  const total = rows.reduce((sum, row) => sum + row.length, 0)
  const pairs = /** @type {string[]} */ ([])
  const decryption_factors = []
  const decryption_proofs = []
  for (const row of rows) {
    const factors = []
    const proofs = []
    for (const { alpha } of row) {
      const base = member(group, alpha)
      // outside the group a factor would give parts of the private key away
      if (!base) throw new Problem(page.wrongTally)
      factors.push(group.text(base.power(privateKey)))
      proofs.push(await proveEqual(group, privateKey, base, `decrypt|${bound}`))
      pairs.push(`${alpha},${factors[factors.length - 1]}`)
      progress(pairs.length, total)
      await pause()
    }
    decryption_factors.push(factors)
    decryption_proofs.push(proofs)
  }
  const digest = hex(await sha256(`${bound}|${pairs}`))
  const base = await weighted(group, digest, rows.flat().map(({ alpha }) => group.read(alpha)))
  const factors_proof = await proveEqual(group, privateKey, base, `asar-factors|${digest}`)
  return JSON.stringify({ decryption: { decryption_factors, decryption_proofs }, factors_proof })
}

/** Proves that g and a base are raised to the same secret. @param {any} group @param {bigint} secret @param {FixedBase} base @param {string} statement */
const proveEqual = async (group, secret, base, statement) => {
  const w = group.random()
  const c = await group.hash(`${statement}|${group.publicKey(w)},${group.text(base.power(w))}`)
  return proof(c, group.reduce(w - secret * c))
}

/** Π α^e with weights e of 128 bits that the digest gives (pb/core/belenios/factors.py). @param {any} group @param {string} digest @param {any[]} elements */
const weighted = async (group, digest, elements) => {
  const weights = []
  for (const place of elements.keys()) weights.push(number(hex(await sha256(`${digest}|${place}`)).slice(0, 32)))
  let product = group.one
  for (let bit = 127n; bit >= 0n; bit--) {
    product = group.multiply(product, product)
    for (const [place, element] of elements.entries()) {
      if ((weights[place] >> bit) & 1n) product = group.multiply(product, element)
    }
    await pause()
  }
  return new FixedBase(group, product)
}

/** This trustee's public key in trustees.json. @returns {string} */
const listedKey = () => {
  const trustees = JSON.parse(page.trustees)
  const [, shared] = trustees.find((/** @type {string[]} */ [kind]) => kind === 'Pedersen') ?? []
  return (shared ? shared.verification_keys[Number(page.index) - 1] : trustees[Number(page.index) - 1][1]).public_key
}

/** The text of the file that was chosen. @param {string} id @returns {Promise<string>} */
const chosenFile = async (id) => {
  const file = element(id).files[0]
  if (!file) throw new Problem(page.noFile)
  return file.text()
}

/** Reads the key file with the passphrase; the key must be this trustee's in trustees.json. @param {any} group @returns {Promise<bigint>} */
const loadKey = async (group) => {
  const privateKey = await decryptKey(group, await chosenFile('key-file'), element('passphrase').value)
  if (!privateKey) throw new Problem(page.wrongPassphrase)
  if (listedKey() !== group.publicKey(privateKey)) throw new Problem(page.otherKey)
  return privateKey
}

/** Reads the seed's file of this trustee; the certificates must hold its own. @param {any} group @param {any[]} certificates */
const loadSeed = async (group, certificates) => {
  const verificationOf = (/** @type {string} */ seed) => verificationKey(group, seed)
  const seed = await decryptSeed(group, await chosenFile('key-file'), element('passphrase').value, verificationOf)
  if (!seed) throw new Problem(page.wrongPassphrase)
  const own = JSON.parse(certificates[Number(page.index) - 1].message).verification
  if (own !== (await verificationKey(group, seed))) throw new Problem(page.otherKey)
  return seed
}

/** @param {string} publicKey */
const showDigest = async (publicKey) => {
  const digest = hex(await sha256(publicKey))
  for (const place of document.querySelectorAll('[data-fingerprint]')) showFingerprint(place, digest)
}

/** A new key, or a seed with its certificate. */
const make = async () => {
  const group = await loadGroup(page.group)
  made.passphrase = generatePassphrase()
  if (page.stage === 'certificate') {
    const seed = generateSeed()
    made.publicKey = await verificationKey(group, seed)
    made.message = await makeCertificate(group, seed, place())
    made.file = await encryptSeed(group, seed, made.publicKey, made.passphrase)
    made.name = fileName('seed')
  } else {
    const privateKey = 1n + (group.random() % (group.q - 1n))
    made.publicKey = group.publicKey(privateKey)
    made.message = await trusteeKey(group, privateKey)
    made.file = await encryptKey(group, privateKey, made.passphrase)
    made.name = fileName('key')
  }
  made.saved = false
  element('new-passphrase').textContent = made.passphrase
  await showDigest(made.publicKey)
  showPart('keep')
}

const saveFile = () => {
  save(made.file, made.name)
  made.saved = true
}

const written = () => {
  if (!made.saved) throw new Problem(page.noFile)
  element('new-passphrase').textContent = ''
  showPart('type')
}

const sendKey = async () => {
  if (normaliseSymbols(element('typed').value) !== normaliseSymbols(made.passphrase)) throw new Problem(page.wrongPassphrase)
  const body = page.stage === 'certificate' ? { certificate: made.message } : { trustee: made.message }
  await post(`${page.base}/trustee/${page.stage}`, body)
  await finish(made.publicKey)
}

/** What a wrong message of another trustee means for this one. @param {unknown} error @param {string} text */
const named = (error, text) => {
  if (!(error instanceof Fault)) return error
  console.warn(error.message)
  return new Problem(text.replace('{trustee}', String(error.trustee)))
}

/** Step 2 of a threshold key. */
const dealShares = async () => {
  const group = await loadGroup(page.group)
  const certificates = JSON.parse(page.certificates)
  const seed = await loadSeed(group, certificates)
  const dealing = await deal(group, seed, place(), certificates).catch((error) => {
    throw named(error, page.wrongCertificate)
  })
  await post(page.base + '/trustee/dealing', { dealing })
  await finish(await verificationKey(group, seed))
}

/** Step 3 of a threshold key: the private key gets the passphrase of the seed. Whoever dealt wrongly is reported. */
const acceptShare = async () => {
  const group = await loadGroup(page.group)
  const certificates = JSON.parse(page.certificates)
  const seed = await loadSeed(group, certificates)
  const { privateKey, share } = await acceptShares(group, seed, place(), certificates, JSON.parse(page.dealings), showProgress).catch(complain)
  made.file = await encryptKey(group, privateKey, element('passphrase').value)
  made.name = fileName('key')
  saveFile()
  await post(page.base + '/trustee/share', { share })
  await finish(group.publicKey(privateKey), true)
}

/** @param {unknown} error @returns {Promise<any>} */
const complain = async (error) => {
  if (error instanceof Fault) await post(page.base + '/trustee/complaint', { dealer: error.trustee })
  throw named(error, page.wrongDealing)
}

const confirm = async () => {
  const group = await loadGroup(page.group)
  const privateKey = await loadKey(group)
  await post(page.base + '/trustee/confirmation', { proof: await proveConfirmation(group, privateKey, page.uuid, page.trustees) })
  await finish(group.publicKey(privateKey))
}

/** Encrypts a number with the key that stands in the list, and decrypts it with the file: nothing is sent. */
const rehearse = async () => {
  const group = await loadGroup(page.group)
  const privateKey = await loadKey(group)
  const [nonce, number] = [group.random(), group.random()]
  const mask = new FixedBase(group, group.read(listedKey())).power(nonce)
  const beta = group.multiply(mask, group.generator.power(number))
  const factor = new FixedBase(group, group.generator.power(nonce)).power(group.reduce(-privateKey))
  if (group.text(group.multiply(beta, factor)) !== group.publicKey(number)) throw new Problem(page.otherKey)
  await finish(group.publicKey(privateKey))
}

const decryptTally = async () => {
  const group = await loadGroup(page.group)
  const privateKey = await loadKey(group)
  const partial_decryption = await decrypt(group, privateKey, page.election, page.tally, showProgress)
  await post(page.base + '/trustee/decryption', { partial_decryption })
  await finish(group.publicKey(privateKey))
  awaitVerdict()
}

/** Loads the page anew as soon as the server has checked what was handed in: then it says what came of it. */
const awaitVerdict = async () => {
  for (let checking = true; checking; ) {
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const response = await fetch(page.base + '/trustee/verdict').catch(() => null)
    if (!response) continue // the connection may come back
    if (!response.ok) return
    checking = (await response.json()).checking
  }
  location.assign(page.base + '/trustee')
}

/** Hands in what `pb trustee` made without a network. */
const sendOffline = async () => {
  const text = await chosenFile('offline-file')
  if (/asar-trustee-(key|seed)/.test(text)) throw new Problem(page.keyItself)
  const bodies = /** @type {Record<string, () => object>} */ ({
    key: () => ({ trustee: text }),
    confirmation: () => JSON.parse(text),
    decryption: () => ({ partial_decryption: text }),
  })
  const body = bodies[page.stage]?.() ?? { [page.stage]: text }
  await post(`${page.base}/trustee/${page.stage}`, body)
  await finish(publicKeyIn(text))
  if (['shuffle', 'decryption'].includes(page.stage)) awaitVerdict()
}

/** Of what was handed in, or of this trustee in the list. @param {string} text */
const publicKeyIn = (text) => {
  if (page.trustees) return listedKey()
  const { public_key, message } = JSON.parse(text)
  return public_key ?? (message ? JSON.parse(message).verification : '')
}

/** Nothing secret stays; the encrypted file does where it can be saved once more. @param {string} publicKey @param {boolean} [again] */
const finish = async (publicKey, again = false) => {
  Object.assign(made, { passphrase: '', message: '' }, again ? {} : { file: '' })
  for (const input of document.querySelectorAll('input')) input.value = ''
  await showDigest(publicKey)
  element('fingerprint').hidden = !publicKey
  showPart('done')
}

listen({
  make, saveFile, written, again: () => showPart('make'), sendKey, dealShares, acceptShare, confirm, rehearse, decryptTally, sendOffline, print: () => print(),
})
if (page.checking) awaitVerdict()
addEventListener('beforeunload', (event) => {
  if (!made.passphrase) return
  event.preventDefault()
  event.returnValue = true
})
