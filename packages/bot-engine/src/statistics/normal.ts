import { checkOption } from './sample.ts'

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)

const CDF_ABOVE = [
  220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165, 0.700383064443688,
  0.0352624965998911,
]
const CDF_BELOW = [
  440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461, 16.064177579207,
  1.75566716318264, 0.0883883476483184,
]

/**
 * Φ(x), the share of a standard normal below `x`; absolute error below 1e-15. NaN stays NaN.
 *
 * @see G. West, Better approximations to cumulative normal functions, Wilmott 2005 (after Hart 1968)
 */
export function normalCdf(x: number): number {
  const distance = Math.abs(x)
  const tail = distance > 38 ? 0 : upperTail(distance)
  return x > 0 ? 1 - tail : tail
}

function upperTail(x: number): number {
  const density = Math.exp((-x * x) / 2)
  if (x < 7.07106781186547) return (density * polynomial(CDF_ABOVE, x)) / polynomial(CDF_BELOW, x)
  let fraction = x
  for (let k = 20; k > 0; k--) fraction = x + k / fraction
  return density / fraction / Math.sqrt(2 * Math.PI)
}

const CENTER_ABOVE = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
]
const CENTER_BELOW = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
]
const SHOULDER_ABOVE = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
]
const SHOULDER_BELOW = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
]
const TAIL_ABOVE = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
]
const TAIL_BELOW = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
]

/**
 * Φ⁻¹(p), the value below which the share `p` of a standard normal lies; relative error about 1e-15. 0 and 1 give
 * −Infinity and Infinity.
 *
 * @throws {@link EngineError} `invalid-options` outside 0 to 1
 * @see M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988)
 */
export function normalQuantile(p: number): number {
  checkOption('p', p, p >= 0 && p <= 1, 'a share from 0 to 1')
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(CENTER_ABOVE, r)) / polynomial(CENTER_BELOW, r)
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p))
  const size =
    r <= 5
      ? polynomial(SHOULDER_ABOVE, r - 1.6) / polynomial(SHOULDER_BELOW, r - 1.6)
      : polynomial(TAIL_ABOVE, r - 5) / polynomial(TAIL_BELOW, r - 5)
  return q < 0 ? -size : size
}
