/**
 * A trustee's key file: the private key, or the seed of a threshold key, encrypted with AES-GCM under a passphrase of 80
 * random bits. The same format as `pb trustee` reads and writes; pb/core/belenios/keyfile.py describes it.
 */
import { ALPHABET, normaliseSymbols, remainder } from './codes.js'

const KEY = 'asar-trustee-key'
const SEED = 'asar-trustee-seed'
const ITERATIONS = 600000
const MOST_ITERATIONS = 10000000

/** @param {Uint8Array} bytes */
const encode = (bytes) => btoa(String.fromCharCode(...bytes))
/** @param {string} text */
const decode = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
/** @param {string} text */
const utf8 = (text) => new TextEncoder().encode(text)

/** @param {number} count @returns {string} so many random symbols of the alphabet, 5 bits each */
const randomSymbols = (count) => Array.from(crypto.getRandomValues(new Uint8Array(count)), (byte) => ALPHABET[byte & 31]).join('')

/** @param {string} symbols */
export const inGroups = (symbols) => symbols.replace(/.{4}(?=.)/g, '$&-')

/** @returns {string} a passphrase of 80 random bits, as it is shown */
export const generatePassphrase = () => inGroups(randomSymbols(16))

/** @returns {string} a voter's code: 115 random bits and the check symbol */
export const generateCode = () => {
  const symbols = randomSymbols(23)
  return symbols + ALPHABET[remainder(symbols + '0')]
}

/** @param {string} passphrase @param {Uint8Array} salt @param {number} iterations */
const cipherKey = async (passphrase, salt, iterations) => {
  const material = await crypto.subtle.importKey('raw', utf8(normaliseSymbols(passphrase)), 'PBKDF2', false, ['deriveKey'])
  const kdf = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations }
  return crypto.subtle.deriveKey(kdf, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/** @param {string} kind @param {any} group @param {string} public_key @param {string} plaintext @param {string} passphrase */
const encrypt = async (kind, group, public_key, plaintext, passphrase) => {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const key = await cipherKey(passphrase, salt, ITERATIONS)
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(public_key) }
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, utf8(plaintext)))
  return JSON.stringify({
    version: 1,
    kind,
    group: group.name,
    public_key,
    kdf: { name: 'PBKDF2', hash: 'SHA-256', iterations: ITERATIONS, salt: encode(salt) },
    cipher: { name: 'AES-GCM', iv: encode(iv) },
    ciphertext: encode(ciphertext),
  })
}

/**
 * @param {string} expected kind @param {any} group @param {string} text the key file @param {string} passphrase
 * @param {(plaintext: string) => Promise<string> | string} publicKeyOf what the plaintext is the secret of
 * @returns {Promise<string?>} the plaintext, or null when the file or the passphrase is wrong
 */
const decrypt = async (expected, group, text, passphrase, publicKeyOf) => {
  try {
    const { version, kind, group: name, public_key, kdf, cipher, ciphertext } = JSON.parse(text)
    const { iterations } = kdf
    const known = [version, kind, name, kdf.name, kdf.hash, cipher.name]
    if (String(known) !== String([1, expected, group.name, 'PBKDF2', 'SHA-256', 'AES-GCM'])) return null
    if (!(iterations >= ITERATIONS && iterations <= MOST_ITERATIONS)) return null
    const key = await cipherKey(passphrase, decode(kdf.salt), iterations)
    const algorithm = { name: 'AES-GCM', iv: decode(cipher.iv), additionalData: utf8(public_key) }
    const plaintext = new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, decode(ciphertext)))
    return (await publicKeyOf(plaintext)) === public_key ? plaintext : null
  } catch {
    return null // bad JSON, bad base64 and a wrong passphrase are one thing to the trustee
  }
}

/** @param {any} group @param {bigint} privateKey @param {string} passphrase @returns {Promise<string>} the key file */
export const encryptKey = (group, privateKey, passphrase) =>
  encrypt(KEY, group, group.publicKey(privateKey), String(privateKey), passphrase)

/** @param {any} group @param {string} text the key file @param {string} passphrase @returns {Promise<bigint?>} null when either is wrong */
export const decryptKey = async (group, text, passphrase) => {
  const publicKeyOf = (/** @type {string} */ digits) => (BigInt(digits) > 0n && BigInt(digits) < group.q ? group.publicKey(BigInt(digits)) : '')
  const digits = await decrypt(KEY, group, text, passphrase, publicKeyOf)
  return digits && BigInt(digits)
}

/** @param {any} group @param {string} seed @param {string} verification its public key @param {string} passphrase @returns {Promise<string>} the key file */
export const encryptSeed = (group, seed, verification, passphrase) => encrypt(SEED, group, verification, seed, passphrase)

/**
 * @param {any} group @param {string} text the key file @param {string} passphrase
 * @param {(seed: string) => Promise<string>} verificationOf @returns {Promise<string?>} the seed, or null when either is wrong
 */
export const decryptSeed = (group, text, passphrase, verificationOf) => decrypt(SEED, group, text, passphrase, verificationOf)

/** The key that signs for the maker of the cards: pb/core/poll/maker_key.py. @param {string} key its public half @param {string} seed @param {string} passphrase */
export const encryptMakerKey = (key, seed, passphrase) =>
  encrypt('asar-maker-key', { name: 'Ed25519-signature' }, key, seed, passphrase)
