/**
 * A trustee's key file: the private key encrypted with AES-GCM under a passphrase of 80 random bits. The same format
 * as `pb trustee` reads and writes; pb/core/belenios/keyfile.py describes it.
 */
import { ALPHABET, P, Q, generator, normaliseSymbols, remainder } from './belenios.js'

const KIND = 'asar-trustee-key'
const GROUP = 'BELENIOS-2048'
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

/** @param {bigint} privateKey @param {string} passphrase @returns {Promise<string>} the key file */
export const encryptKey = async (privateKey, passphrase) => {
  const public_key = String(generator.power(privateKey))
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const key = await cipherKey(passphrase, salt, ITERATIONS)
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(public_key) }
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, utf8(String(privateKey))))
  return JSON.stringify({
    version: 1,
    kind: KIND,
    group: GROUP,
    public_key,
    kdf: { name: 'PBKDF2', hash: 'SHA-256', iterations: ITERATIONS, salt: encode(salt) },
    cipher: { name: 'AES-GCM', iv: encode(iv) },
    ciphertext: encode(ciphertext),
  })
}

/**
 * @param {string} text the key file @param {string} passphrase
 * @returns {Promise<bigint?>} the private key, or null when the file or the passphrase is wrong
 */
export const decryptKey = async (text, passphrase) => {
  try {
    const { version, kind, group, public_key, kdf, cipher, ciphertext } = JSON.parse(text)
    const { iterations } = kdf
    const known = [version, kind, group, kdf.name, kdf.hash, cipher.name]
    if (String(known) !== String([1, KIND, GROUP, 'PBKDF2', 'SHA-256', 'AES-GCM'])) return null
    if (!(iterations >= ITERATIONS && iterations <= MOST_ITERATIONS)) return null
    const key = await cipherKey(passphrase, decode(kdf.salt), iterations)
    const algorithm = { name: 'AES-GCM', iv: decode(cipher.iv), additionalData: utf8(public_key) }
    const privateKey = BigInt(new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, decode(ciphertext))))
    return privateKey > 0n && privateKey < Q && BigInt(public_key) < P && String(generator.power(privateKey)) === public_key ? privateKey : null
  } catch {
    return null // bad JSON, bad base64 and a wrong passphrase are one thing to the trustee
  }
}
