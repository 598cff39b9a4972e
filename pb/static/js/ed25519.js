/** The prime-order subgroup of Ed25519, in extended coordinates [X, Y, Z, T]: x = X/Z, y = Y/Z, xy = T/Z. */
import { Group } from './belenios.js'

const P = 2n ** 255n - 19n
const Q = 2n ** 252n + 27742317777372353535851937790883648493n
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n
const D2 = (2n * D) % P
const ROOT = 19681161376707505956807079304988542015446066515923890162744021073123829784752n // of -1
const SIGN = 1n << 255n

/** @param {bigint} n */
const mod = (n) => {
  const rest = n % P
  return rest < 0n ? rest + P : rest
}

/** @param {bigint} base @param {bigint} exponent */
const power = (base, exponent) => {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P
    if (bit === '1') result = (result * base) % P
  }
  return result
}

/** The x of a point, from y and the lowest bit of x (RFC 8032, section 5.1.3). @param {bigint} y @param {bigint} sign @returns {bigint?} */
const recover = (y, sign) => {
  const u = mod(y * y - 1n)
  const v = mod(D * y * y + 1n)
  const candidate = (u * power(v, 3n) * power((u * power(v, 7n)) % P, (P - 5n) / 8n)) % P
  const square = (v * candidate * candidate) % P
  if (square !== u && square !== mod(-u)) return null
  const x = square === u ? candidate : (candidate * ROOT) % P
  if (!x && sign) return null
  return (x & 1n) === sign ? x : mod(-x)
}

class Ed25519 extends Group {
  most = 30
  padding = 14n

  constructor() {
    const x = 15112221349535400772501151409588531511454012693041857206046113283949847762202n
    const y = 46316835694926478169428394003475163141307993866256225615783033603165251855960n
    super('Ed25519', Q, [0n, 1n, 1n, 0n], [x, y, 1n, (x * y) % P])
  }

  /** The unified addition: a point may be added to itself. @param {bigint[]} a @param {bigint[]} b */
  multiply([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const a = ((y1 - x1) * (y2 - x2)) % P
    const b = ((y1 + x1) * (y2 + x2)) % P
    const c = (((t1 * D2) % P) * t2) % P
    const d = (2n * z1 * z2) % P
    const [e, f, g, h] = [b - a, d - c, d + c, b + a]
    return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P]
  }

  /** The byte-reversed encoding of RFC 8032. @param {bigint[]} point */
  text([x, y, z]) {
    const inverse = power(mod(z), P - 2n)
    const sign = mod(x * inverse) & 1n ? SIGN : 0n
    return (mod(y * inverse) | sign).toString(16).padStart(64, '0')
  }

  /** @param {string} text @returns {bigint[]?} a point of the curve; membership of the subgroup is not checked */
  read(text) {
    return /^[0-9a-f]{64}$/.test(text) ? this.point(BigInt('0x' + text)) : null
  }

  /** @param {bigint} number @returns {bigint[]?} */
  point(number) {
    const y = number & (SIGN - 1n)
    const x = y < P ? recover(y, number >> 255n) : null
    return x === null ? null : [x, y, 1n, (x * y) % P]
  }

  /** The element that this number is, if it is one. @param {bigint} number @returns {bigint[]?} */
  embed(number) {
    const point = this.point(number)
    if (!point) return null
    let multiple = this.one
    for (const bit of Q.toString(2)) {
      multiple = this.multiply(multiple, multiple)
      if (bit === '1') multiple = this.multiply(multiple, point)
    }
    return this.text(multiple) === this.text(this.one) ? point : null
  }
}

export default new Ed25519()
