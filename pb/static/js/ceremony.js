/**
 * Making a threshold key in three steps (section 4.6), as pb/core/belenios/threshold.py and channel.py describe it:
 * certificate, dealing, share. The seed alone gets everything back. Names follow the specification.
 */
import { sha256 } from './belenios.js'
import { holds, member } from './proofs.js'

const SEED_ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const SEED_LENGTH = 22

/** Something that a trustee sent is wrong; `trustee` is that one's number, from 1. */
export class Fault extends Error {
  /** @param {number} trustee @param {string} message for the console */
  constructor(trustee, message) {
    super(message)
    this.trustee = trustee
  }
}

/** What is refused in here is the fault of this trustee. @template T @param {number} trustee @param {() => Promise<T>} check */
const blaming = async (trustee, check) => {
  try {
    return await check()
  } catch (error) {
    throw new Fault(trustee, String(error))
  }
}

/** @param {unknown} fact @param {string} message */
const require = (fact, message) => {
  if (!fact) throw new Error(message)
}

/** A message in its canonical form with exactly these fields, in this order. @param {string} text @param {string} names @returns {any} */
const parse = (text, names) => {
  const value = JSON.parse(text)
  require(JSON.stringify(value) === text && String(Object.keys(value)) === names, 'not in its canonical form')
  return value
}

/** @returns {string} 22 characters, each of 58 by rejection */
export const generateSeed = () => {
  let seed = ''
  while (seed.length < SEED_LENGTH) seed += SEED_ALPHABET[crypto.getRandomValues(new Uint8Array(1))[0] & 63] ?? ''
  return seed
}

/** @param {any} group @param {string} seed */
const signingKey = (group, seed) => group.hash(`sk|${seed}`)
/** @param {any} group @param {string} seed */
const decryptionKey = (group, seed) => group.hash(`dk|${seed}`)
/** @param {any} group @param {string} seed @returns {Promise<string>} what the seed's messages are signed with */
export const verificationKey = async (group, seed) => group.publicKey(await signingKey(group, seed))

/** @param {any} group @param {bigint} key @param {string} message */
const sign = async (group, key, message) => ({ message, signature: await group.prove(key, `sigmsg|${message}`) })
/** @param {any} group @param {any} key @param {string} message @param {any} signature */
const isSigned = (group, key, message, signature) => holds(group, key, `sigmsg|${message}`, signature)

/** Step 1. @param {any} group @param {string} seed @param {{size: number, threshold: number, index: number}} place */
export const makeCertificate = async (group, seed, { size, threshold, index }) => {
  const key = await signingKey(group, seed)
  const encryption = group.publicKey(await decryptionKey(group, seed))
  const context = { group: group.name, size, threshold, index }
  return JSON.stringify(await sign(group, key, JSON.stringify({ context, verification: group.publicKey(key), encryption })))
}

/**
 * All certificates, checked: the keys of each trustee.
 * @param {any} group @param {number} threshold @param {any[]} certs
 */
export const checkCertificates = async (group, threshold, certs) => {
  const found = /** @type {{verification: any, encryption: any, encryptionText: string}[]} */ ([])
  const seen = new Set([group.text(group.one)])
  for (const [i, { message, signature }] of certs.entries()) {
    found.push(await blaming(i + 1, async () => {
      const { context, ...keys } = parse(message, 'context,verification,encryption')
      const expected = { group: group.name, size: certs.length, threshold, index: i + 1 }
      require(JSON.stringify(context) === JSON.stringify(expected), 'made for another place or group')
      const [verification, encryption] = [member(group, keys.verification), member(group, keys.encryption)]
      require(verification && encryption && keys.encryption !== group.text(group.one), 'a key outside the group')
      require(!seen.has(keys.verification), 'the key of another trustee')
      seen.add(keys.verification)
      require(await isSigned(group, verification, message, signature), 'a certificate is not signed')
      return { verification, encryption, encryptionText: keys.encryption }
    }))
  }
  return found
}

/** @param {any} group @param {string} seed @param {any[]} certs @param {number} index */
const requireOwn = async (group, seed, certs, index) =>
  require(parse(certs[index - 1].message, 'context,verification,encryption').verification === (await verificationKey(group, seed)), 'another seed')

/** @param {any[]} certs @param {string[]} coefexps */
const statement = (certs, coefexps) => {
  const listed = certs.map(({ message, signature: { challenge, response } }) => ({ message, signature: { challenge, response } }))
  return `certs_sig|${JSON.stringify({ certs: listed, coefexps })}`
}

/** Step 2: a new polynomial, committed to and dealt out. @param {any} group @param {string} seed @param {{threshold: number, index: number}} place @param {any[]} certs */
export const deal = async (group, seed, { threshold, index }, certs) => {
  const trustees = await checkCertificates(group, threshold, certs)
  await requireOwn(group, seed, certs, index)
  const key = await signingKey(group, seed)
  const polynomial = Array.from({ length: threshold }, () => group.random())
  const coefexps = polynomial.map((coefficient) => group.publicKey(coefficient))
  const secrets = []
  for (const [i, trustee] of trustees.entries()) {
    const share = polynomial.reduceRight((value, coefficient) => (value * BigInt(i + 1) + coefficient) % group.q, 0n)
    secrets.push(await send(group, key, trustee, JSON.stringify({ secret: String(share) })))
  }
  return JSON.stringify({
    coefexps: await sign(group, key, JSON.stringify({ coefexps })),
    signature: (await sign(group, key, statement(certs, coefexps))).signature,
    secrets,
  })
}

/** @param {any} group @param {bigint} key @param {{encryption: any, encryptionText: string}} recipient @param {string} message */
const send = async (group, key, { encryption, encryptionText }, message) => {
  const signed = await sign(group, key, JSON.stringify({ recipient: encryptionText, message }))
  const [r, s] = [group.random(), group.random()]
  const alpha = group.publicKey(r)
  const beta = group.text(group.multiply(encryption.power(r), group.generator.power(s)))
  const { cipher, algorithm } = await sealing(group.publicKey(s), alpha)
  const bytes = new TextEncoder().encode(JSON.stringify(signed))
  const data = new Uint8Array(await crypto.subtle.encrypt(algorithm, cipher, bytes))
  return JSON.stringify({ alpha, beta, data: btoa(String.fromCharCode(...data)) })
}

/** @param {any} group @param {bigint} key @param {any} sender @param {string} sealed */
const receive = async (group, key, sender, sealed) => {
  const { alpha, beta, data } = parse(sealed, 'alpha,beta,data')
  const base = member(group, alpha)
  require(base && member(group, beta), 'outside the group')
  const shared = group.text(group.multiply(group.read(beta), /** @type {any} */ (base).power(group.q - key)))
  const { cipher, algorithm } = await sealing(shared, alpha)
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0))
  const text = new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, cipher, bytes))
  const { message, signature } = parse(text, 'message,signature')
  require(await isSigned(group, sender, message, signature), 'not signed by its sender')
  const inner = parse(message, 'recipient,message')
  require(inner.recipient === group.publicKey(key), 'for another trustee')
  return inner.message
}

/** Key and nonce are used once. @param {string} shared @param {string} alpha */
const sealing = async (shared, alpha) => ({
  cipher: await crypto.subtle.importKey('raw', await sha256(`key|${shared}`), 'AES-GCM', false, ['encrypt', 'decrypt']),
  algorithm: { name: 'AES-GCM', iv: (await sha256(`iv|${alpha}`)).slice(0, 12) },
})

/**
 * What all can see of a dealing; the commitments.
 * @param {any} group @param {number} threshold @param {any[]} certs @param {any} verification @param {any} dealing
 */
const checkDealing = async (group, threshold, certs, verification, dealing) => {
  require(dealing.secrets.length === certs.length, 'not dealt to each trustee')
  const { message, signature } = dealing.coefexps
  require(await isSigned(group, verification, message, signature), 'a polynomial is not signed')
  const { coefexps } = parse(message, 'coefexps')
  require(coefexps.length === threshold, 'a polynomial of another degree')
  require(await isSigned(group, verification, statement(certs, coefexps), dealing.signature), 'the list is not signed')
  const commitments = coefexps.map((/** @type {string} */ text) => member(group, text))
  require(commitments.every(Boolean), 'a commitment outside the group')
  return commitments
}

/** g^f(at) from the commitments. @param {any} group @param {any[]} commitments @param {number} at */
const shareInTheExponent = (group, commitments, at) =>
  commitments.reduce((product, base, k) => group.multiply(product, base.power(BigInt(at) ** BigInt(k) % group.q)), group.one)

/**
 * Step 3: this trustee's private key, and the public part to be handed in. Throws Fault for who dealt wrongly.
 * @param {any} group @param {string} seed @param {{threshold: number, index: number}} place @param {any[]} certs
 * @param {any[]} dealings @param {(done: number, total: number) => void} progress
 */
export const acceptShares = async (group, seed, { threshold, index }, certs, dealings, progress) => {
  const trustees = await checkCertificates(group, threshold, certs)
  await requireOwn(group, seed, certs, index)
  require(dealings.length === certs.length, 'not every trustee has dealt')
  const key = await decryptionKey(group, seed)
  let privateKey = 0n
  for (const [i, dealing] of dealings.entries()) {
    const secret = await blaming(i + 1, async () => {
      const commitments = await checkDealing(group, threshold, certs, trustees[i].verification, dealing)
      const text = parse(await receive(group, key, trustees[i].verification, dealing.secrets[index - 1]), 'secret').secret
      require(/^(0|[1-9]\d*)$/.test(text) && BigInt(text) < group.q, 'not a number below q')
      require(group.publicKey(BigInt(text)) === group.text(shareInTheExponent(group, commitments, index)), 'a secret off its polynomial')
      return BigInt(text)
    })
    privateKey = group.reduce(privateKey + secret)
    progress(i + 1, dealings.length)
  }
  const public_key = group.publicKey(privateKey)
  const pok = await group.prove(privateKey, `pok|${group.name}|${public_key}`)
  const { signature } = await sign(group, await signingKey(group, seed), public_key)
  return { privateKey, share: JSON.stringify({ pok, public_key, signature }) }
}
