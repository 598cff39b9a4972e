/** What voter codes are written with: no more than reading one needs. */

/** The symbols of voter codes and passphrases: Crockford's base 32. */
export const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LOOKALIKES = 'OILАВЕЁЗКҚМНҺҢОӨРСТУҮҰХІЅЈ'
const MEANT = '011ABEE3KKMHHH00PCTYYYX1SJ'

/** Upper case, no separators, look-alikes (Cyrillic ones too) replaced. @param {string} typed */
export const normaliseSymbols = (typed) =>
  typed
    .replace(/[ \t\r\n\u00a0\u00ad\u2009\u200b-\u200d\u202f\u2010-\u2014\u2060\u2212\ufeff_.-]/g, '')
    .toUpperCase()
    .replace(/[^0-9A-HJKMNP-Z]/g, (letter) => MEANT[LOOKALIKES.indexOf(letter)] || letter)

/** Over GF(32), the check symbol included: 0 for a right code. @param {string} symbols */
export const remainder = (symbols) =>
  [...symbols].reduce((value, symbol) => (value << 1) ^ (value & 16 && 37) ^ ALPHABET.indexOf(symbol), 0)

/** The 24 symbols of a voter's code; '' if there is a slip. @param {string} typed */
export const normaliseCode = (typed) => {
  const code = normaliseSymbols(typed)
  return /^[0-9A-HJKMNP-TV-Z]{24}$/.test(code) && !remainder(code) ? code : ''
}
