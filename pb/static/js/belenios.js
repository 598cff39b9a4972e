/**
 * The Belenios protocol (version 1) in the browser: groups and proofs. The group BELENIOS-2048 is here, the
 * others and what makes ballots are loaded when needed. Names follow the specification.
 */

/** @param {Uint8Array} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** @param {string} text */
export const sha256 = async (text) => new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))

/** The hash of an election or a ballot: its tracker. @param {string} text */
export const fingerprint = async (text) => btoa(String.fromCharCode(...(await sha256(text)))).replace(/=+$/, '')

/** @param {string} digits hexadecimal */
export const number = (digits) => BigInt('0x' + digits)

/** @param {bigint} c @param {bigint} r */
export const proof = (c, r) => ({ challenge: String(c), response: String(r) })

/** Lets the page breathe. */
export const pause = () => new Promise((resolve) => setTimeout(resolve))

/** Powers of a base that is used often: `rows[i][d]` is base^(d * 16^i). */
export class FixedBase {
  /** @param {Group} group @param {any} element */
  constructor(group, element) {
    this.group = group
    this.rows = /** @type {any[][]} */ ([])
    this.next = element
  }

  addRow() {
    const row = [this.group.one]
    while (row.length < 16) row.push(this.group.multiply(row[row.length - 1], this.next))
    this.next = this.group.multiply(row[15], this.next)
    this.rows.push(row)
  }

  /** Makes the table in short slices, while the voter reads. */
  async prepare() {
    while (this.rows.length < this.group.digits) {
      this.addRow()
      if (this.rows.length % 4 === 0) await pause()
    }
  }

  /** @param {bigint} exponent 0..q */
  power(exponent) {
    let result = this.group.one
    for (let i = 0; exponent; i++, exponent >>= 4n) {
      if (i === this.rows.length) this.addRow()
      result = this.group.multiply(result, this.rows[i][Number(exponent & 15n)])
    }
    return result
  }
}

/** A group of order q, whose elements are opaque outside. */
export class Group {
  /** @param {string} name @param {bigint} q @param {any} one @param {any} g */
  constructor(name, q, one, g) {
    this.name = name
    this.q = q
    this.one = one
    this.digits = q.toString(16).length
    this.generator = new FixedBase(this, g)
  }

  /** @param {bigint} n modulo q, never negative */
  reduce(n) {
    return ((n % this.q) + this.q) % this.q
  }

  /** From 128 random bits more than q has, so that the remainder has no bias to speak of. @returns {bigint} */
  random() {
    return number(hex(crypto.getRandomValues(new Uint8Array(this.digits / 2 + 16)))) % this.q
  }

  /** The challenge of a proof. @param {string} text @returns {Promise<bigint>} */
  async hash(text) {
    return number(hex(await sha256(text))) % this.q
  }

  /** @param {bigint} secret @returns {string} */
  publicKey(secret) {
    return this.text(this.generator.power(secret))
  }

  /** Schnorr's proof of knowing `secret`, bound to a statement. @param {bigint} secret @param {string} statement */
  async prove(secret, statement) {
    const w = this.random()
    const c = await this.hash(`${statement}|${this.publicKey(w)}`)
    return proof(c, this.reduce(w - secret * c))
  }
}

/** Section 5.1: the subgroup of order q of the integers modulo p. */
export class FiniteField extends Group {
  /** @param {string} name @param {bigint} p @param {bigint} q @param {bigint} g */
  constructor(name, p, q, g) {
    super(name, q, 1n, g)
    this.p = p
  }

  /** @param {bigint} a @param {bigint} b */
  multiply(a, b) {
    return (a * b) % this.p
  }

  /** @param {bigint} a */
  text(a) {
    return String(a)
  }

  /** @param {string} text @returns {bigint?} null for what is no number of the field; membership is not checked */
  read(text) {
    const a = /^[1-9]\d{0,616}$/.test(text) && BigInt(text)
    return a && a < this.p ? a : null
  }
}

const BELENIOS_2048 = new FiniteField(
  'BELENIOS-2048',
  20694785691422546401013643657505008064922989295751104097100884787057374219242717401922237254497684338129066633138078958404960054389636289796393038773905722803605973749427671376777618898589872735865049081167099310535867780980030790491654063777173764198678527273474476341835600035698305193144284561701911000786737307333564123971732897913240474578834468260652327974647951137672658693582180046317922073668860052627186363386088796882120769432366149491002923444346373222145884100586421050242120365433561201320481118852408731077014151666200162313177169372189248078507711827842317498073276598828825169183103125680162072880719n,
  78571733251071885079927659812671450121821421258408794611510081919805623223441n,
  2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678799694668298749389095083896573425601900601068477164491735474137283104610458681314511781646755400527402889846139864532661215055797097162016168270312886432456663834863635782106154918419982534315189740658186868651151358576410138882215396016043228843603930989333662772848406593138406010231675095763777982665103606822406635076697764025346253773085133173495194248967754052573659049492477631475991575198775177711481490920456600205478127054728238140972518639858334115700568353695553423781475582491896050296680037745308460627n,
)

/** @param {string} name @returns {Promise<any>} the group of an election */
export const loadGroup = async (name) => {
  if (name === BELENIOS_2048.name) return BELENIOS_2048
  return (await (name === 'Ed25519' ? import('./ed25519.js') : import('./rfc3526.js'))).default
}

export class Election {
  /** @param {string} raw election.json as published: its hash is computed here, never taken from the server */
  constructor(raw) {
    this.raw = raw
    this.setup = JSON.parse(raw)
    this.uuid = this.setup.uuid
    this.questions = this.setup.questions
  }

  /** The group, and the election's public key for powers. */
  async load() {
    const group = await loadGroup(this.setup.group)
    this.key ||= new FixedBase(group, group.read(this.setup.public_key))
    return group
  }

  /** Makes the tables while the voter reads. */
  async prepare() {
    await (await this.load()).generator.prepare()
    await this.key.prepare()
  }

  /** Loads what makes ballots, so that later the ballot alone needs the network. @returns {Promise<any>} */
  async ready() {
    await this.load()
    const whole = this.questions.some(({ type }) => type) && import('./whole.js')
    return { ...(await import('./ballots.js')), ...(await whole) }
  }

  /**
   * Encrypts, proves and signs: the ballot as canonical JSON, and its tracker.
   * @param {bigint} secret @param {number[][]} votes for each question a number for each answer: 0 or 1 in a question of
   * totals, the blank bit before them where there is one
   * @returns {Promise<string[]>}
   */
  async ballot(secret, votes) {
    const makers = await this.ready()
    return makers.makeBallot(this, makers, secret, votes)
  }
}
