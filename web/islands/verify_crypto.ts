// What an offline check needs, in plain script because no browser offers all of it (Ed25519 only newer ones, SM2 and SM3
// none, and nothing at all on a page opened from a disk): SHA-256, SHA-512, SM3, Ed25519 and SM2, verifying only. Numbers
// are BigInt; speed does not matter here, secrets do not exist here.

export const concat = (...parts: Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { out.set(part, at); at += part.length; }
  return out;
};
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
const number = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => sum << 8n | BigInt(byte), 0n);
const mod = (a: bigint, m: bigint): bigint => { const r = a % m; return r < 0n ? r + m : r; };
const power = (base: bigint, exponent: bigint, m: bigint): bigint => {
  let result = 1n;
  for (let b = mod(base, m), e = exponent; e > 0n; e >>= 1n, b = b * b % m) if (e & 1n) result = result * b % m;
  return result;
};

// ---- hashes. The constants are the first bits of roots of the first primes: computed, not typed.
const primes: bigint[] = [];
for (let n = 2n; primes.length < 80; ++n) if (primes.every((p) => n % p !== 0n)) primes.push(n);
function root(n: bigint, degree: bigint, bits: bigint): bigint {   // floor(n^(1/degree) * 2^bits) mod 2^bits
  const scaled = n << degree * bits;
  let low = 0n, high = 1n << bits + 10n;
  while (high - low > 1n) {
    const middle = low + high >> 1n;
    if (middle ** degree <= scaled) low = middle; else high = middle;
  }
  return low & (1n << bits) - 1n;
}
const k256 = new Uint32Array(primes.slice(0, 64).map((p) => Number(root(p, 3n, 32n))));
const h256 = primes.slice(0, 8).map((p) => Number(root(p, 2n, 32n)));
const k512 = primes.map((p) => root(p, 3n, 64n)), h512 = primes.slice(0, 8).map((p) => root(p, 2n, 64n));

function padded(message: Uint8Array, block: number): Uint8Array {
  const length = block / 8;
  const out = new Uint8Array(Math.ceil((message.length + 1 + length) / block) * block);
  out.set(message);
  out[message.length] = 0x80;
  const view = new DataView(out.buffer);
  view.setUint32(out.length - 8, Math.floor(message.length / 0x20000000));
  view.setUint32(out.length - 4, message.length << 3 >>> 0);
  return out;
}

export function sha256(message: Uint8Array): Uint8Array {
  const bytes = padded(message, 64), view = new DataView(bytes.buffer), w = new Uint32Array(64), h = new Uint32Array(h256);
  const turn = (x: number, n: number): number => x >>> n | x << 32 - n;
  for (let at = 0; at < bytes.length; at += 64) {
    for (let i = 0; i < 16; ++i) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; ++i) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >>> 3) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ b >>> 10);
    }
    let [a, b, c, d, e, f, g, z] = h;
    for (let i = 0; i < 64; ++i) {
      const one = z + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + k256[i] + w[i] | 0;
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
      z = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
    }
    [a, b, c, d, e, f, g, z].forEach((value, i) => { h[i] += value; });
  }
  const out = new DataView(new ArrayBuffer(32));
  h.forEach((value, i) => out.setUint32(4 * i, value));
  return new Uint8Array(out.buffer);
}

export function sha512(message: Uint8Array): Uint8Array {
  const bytes = padded(message, 128), view = new DataView(bytes.buffer), w = new Array<bigint>(80), h = [...h512];
  const all = (1n << 64n) - 1n, turn = (x: bigint, n: bigint): bigint => (x >> n | x << 64n - n) & all;
  for (let at = 0; at < bytes.length; at += 128) {
    for (let i = 0; i < 16; ++i) w[i] = view.getBigUint64(at + 8 * i);
    for (let i = 16; i < 80; ++i) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + (turn(a, 1n) ^ turn(a, 8n) ^ a >> 7n) + w[i - 7] + (turn(b, 19n) ^ turn(b, 61n) ^ b >> 6n) & all;
    }
    let [a, b, c, d, e, f, g, z] = h;
    for (let i = 0; i < 80; ++i) {
      const one = z + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + (e & f ^ (all ^ e) & g) + k512[i] + w[i] & all;
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + (a & b ^ a & c ^ b & c) & all;
      z = g; g = f; f = e; e = d + one & all; d = c; c = b; b = a; a = one + two & all;
    }
    [a, b, c, d, e, f, g, z].forEach((value, i) => { h[i] = h[i] + value & all; });
  }
  const out = new DataView(new ArrayBuffer(64));
  h.forEach((value, i) => out.setBigUint64(8 * i, value));
  return new Uint8Array(out.buffer);
}

// GB/T 32905
export function sm3(message: Uint8Array): Uint8Array {
  const bytes = padded(message, 64), view = new DataView(bytes.buffer), w = new Uint32Array(68), more = new Uint32Array(64);
  const h = new Uint32Array([0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e]);
  const turn = (x: number, n: number): number => (n &= 31) === 0 ? x : x << n | x >>> 32 - n;
  for (let at = 0; at < bytes.length; at += 64) {
    for (let i = 0; i < 16; ++i) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 68; ++i) {
      const x = w[i - 16] ^ w[i - 9] ^ turn(w[i - 3], 15);
      w[i] = x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w[i - 13], 7) ^ w[i - 6];
    }
    for (let i = 0; i < 64; ++i) more[i] = w[i] ^ w[i + 4];
    let [a, b, c, d, e, f, g, z] = h;
    for (let i = 0; i < 64; ++i) {
      const first = turn(turn(a, 12) + e + turn(i < 16 ? 0x79cc4519 : 0x7a879d8a, i) | 0, 7), second = first ^ turn(a, 12);
      const one = (i < 16 ? a ^ b ^ c : a & b | a & c | b & c) + d + second + more[i] | 0;
      const two = (i < 16 ? e ^ f ^ g : e & f | ~e & g) + z + first + w[i] | 0;
      d = c; c = turn(b, 9); b = a; a = one; z = g; g = turn(f, 19); f = e; e = two ^ turn(two, 9) ^ turn(two, 17);
    }
    [a, b, c, d, e, f, g, z].forEach((value, i) => { h[i] ^= value; });
  }
  const out = new DataView(new ArrayBuffer(32));
  h.forEach((value, i) => out.setUint32(4 * i, value));
  return new Uint8Array(out.buffer);
}

// ---- Ed25519 (RFC 8032), extended coordinates
const q = (1n << 255n) - 19n, order = (1n << 252n) + 27742317777372353535851937790883648493n;
const d = mod(-121665n * power(121666n, q - 2n, q), q), i4 = power(2n, (q - 1n) / 4n, q);
type Point = [bigint, bigint, bigint, bigint];
const little = (bytes: Uint8Array): bigint => number(Uint8Array.from(bytes).reverse());

function add(a: Point, b: Point): Point {
  const A = mod((a[1] - a[0]) * (b[1] - b[0]), q), B = mod((a[1] + a[0]) * (b[1] + b[0]), q);
  const C = mod(2n * a[3] * b[3] * d, q), D = mod(2n * a[2] * b[2], q), E = B - A, F = D - C, G = D + C, H = B + A;
  return [mod(E * F, q), mod(G * H, q), mod(F * G, q), mod(E * H, q)];
}
function times(n: bigint, point: Point): Point {
  let result: Point = [0n, 1n, 1n, 0n];
  for (let p = point; n > 0n; n >>= 1n, p = add(p, p)) if (n & 1n) result = add(result, p);
  return result;
}
function point(bytes: Uint8Array): Point | undefined {
  const sign = bytes[31] >> 7, y = little(bytes) & (1n << 255n) - 1n;
  if (y >= q) return undefined;
  const u = mod(y * y - 1n, q), v = mod(d * y * y + 1n, q), square = u * power(v, q - 2n, q) % q;
  let x = power(square, (q + 3n) / 8n, q);
  if (mod(x * x - square, q) !== 0n) x = x * i4 % q;
  if (mod(x * x - square, q) !== 0n || (x === 0n && sign)) return undefined;
  if (Number(x & 1n) !== sign) x = q - x;
  return [x, y, 1n, x * y % q];
}
const base = point(Uint8Array.from([0x58, ...new Array<number>(31).fill(0x66)])) as Point;

export function ed25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  const A = point(key), R = point(signature.subarray(0, 32)), s = little(signature.subarray(32));
  if (!A || !R || s >= order) return false;
  const k = mod(little(sha512(concat(signature.subarray(0, 32), key, message))), order);
  const left = times(s, base), right = add(R, times(k, A));
  return mod(left[0] * right[2] - right[0] * left[2], q) === 0n && mod(left[1] * right[2] - right[1] * left[2], q) === 0n;
}

// ---- SM2 (GB/T 32918.2), affine points
const big = (hex: string): bigint => BigInt(`0x${hex}`);
const sp = big('FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF'), sa = sp - 3n;
const sb = big('28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93');
const sn = big('FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123');
const gx = big('32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7');
const gy = big('BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0');
type Affine = [bigint, bigint] | undefined;
const bytes32 = (n: bigint): Uint8Array => Uint8Array.from(n.toString(16).padStart(64, '0').match(/../g) as string[], (part) => parseInt(part, 16));

function plus(a: Affine, b: Affine): Affine {
  if (!a) return b;
  if (!b) return a;
  if (a[0] === b[0] && mod(a[1] + b[1], sp) === 0n) return undefined;
  const slope = a[0] === b[0] ? (3n * a[0] * a[0] + sa) * power(2n * a[1], sp - 2n, sp) : (b[1] - a[1]) * power(mod(b[0] - a[0], sp), sp - 2n, sp);
  const x = mod(slope * slope - a[0] - b[0], sp);
  return [x, mod(slope * (a[0] - x) - a[1], sp)];
}
function multiply(n: bigint, p: Affine): Affine {
  let result: Affine;
  for (let one = p; n > 0n; n >>= 1n, one = plus(one, one)) if (n & 1n) result = plus(result, one);
  return result;
}

export function sm2(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== 65 || key[0] !== 4 || signature.length !== 64) return false;
  const x = number(key.subarray(1, 33)), y = number(key.subarray(33)), r = number(signature.subarray(0, 32)), s = number(signature.subarray(32));
  if (x >= sp || y >= sp || mod(y * y - (x * x * x + sa * x + sb), sp) !== 0n) return false;
  if (r < 1n || r >= sn || s < 1n || s >= sn || (r + s) % sn === 0n) return false;
  const user = utf8('1234567812345678');
  const z = sm3(concat(Uint8Array.of(0, user.length * 8), user, bytes32(sa), bytes32(sb), bytes32(gx), bytes32(gy), key.subarray(1)));
  const e = number(sm3(concat(z, message))), at = plus(multiply(s, [gx, gy]), multiply((r + s) % sn, [x, y]));
  return at !== undefined && mod(e + at[0], sn) === r;
}
