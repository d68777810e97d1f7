// What the offline page can read: an export of the log, signed heads, a proof, the text of a certificate's QR code. The same
// rules as tongxin-verify, written once more in another language.
import { concat, ed25519, equal, sha256, sm2, utf8 } from './verify_crypto';

export interface Keys { log: Key[]; sm2: Uint8Array[]; witness: Key[] }
export interface Key { name: string; open: Uint8Array }
export interface Finding { good: boolean; key: string; values: Record<string, string> }   // key: of the text layout.island.check_<key>

const bad = (key: string, values: Record<string, string> = {}): Finding => ({ good: false, key, values });
const fine = (key: string, values: Record<string, string> = {}): Finding => ({ good: true, key, values });

export function fromBase64(text: string): Uint8Array | undefined {
  try { return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0)); }
  catch { return undefined; }
}
const toUrl = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const idOf = (name: string, type: Uint8Array, open: Uint8Array): Uint8Array => sha256(concat(utf8(`${name}\n`), type, open)).subarray(0, 4);

// One key a line: "name+id+base64", or bare base64 of 32 (Ed25519) or 65 (SM2) bytes; words before it on the line are labels.
export function readKeys(text: string): Keys {
  const keys: Keys = { log: [], sm2: [], witness: [] };
  for (const word of text.split(/\s+/)) {
    const [name, id, rest] = word.split(/\+(.*)/s).length > 1 ? [word.slice(0, word.indexOf('+')), word.slice(word.indexOf('+') + 1, word.indexOf('+') + 9), word.slice(word.indexOf('+') + 10)] : ['', '', word];
    const bytes = fromBase64(rest) ?? fromBase64(word);
    if (bytes?.length === 33 && hex(idOf(name, bytes.subarray(0, 1), bytes.subarray(1))) === id) {
      if (bytes[0] === 1) keys.log.push({ name, open: bytes.subarray(1) });
      if (bytes[0] === 4) keys.witness.push({ name, open: bytes.subarray(1) });
      continue;
    }
    const bare = fromBase64(word);
    if (bare?.length === 32) keys.log.push({ name: '', open: bare });
    if (bare?.length === 65) keys.sm2.push(bare);
  }
  return keys;
}

interface Head { body: Uint8Array; origin: string; size: number; root: Uint8Array; lines: { name: string; id: Uint8Array; signature: Uint8Array }[] }
function readHead(text: string): Head | undefined {
  const end = text.indexOf('\n\n');
  const [origin, size, root, ...more] = text.slice(0, end).split('\n');
  const hash = end > 0 && root ? fromBase64(root) : undefined;
  if (!hash || hash.length !== 32 || more.length || !/^(0|[1-9]\d{0,14})$/.test(size)) return undefined;
  const head: Head = { body: utf8(text.slice(0, end + 1)), origin, size: Number(size), root: hash, lines: [] };
  for (const line of text.slice(end + 2).split('\n')) {
    if (!line) continue;
    const parts = /^— (.+) (\S+)$/.exec(line), bytes = parts && fromBase64(parts[2]);
    if (!parts || !bytes || bytes.length < 5) return undefined;
    head.lines.push({ name: parts[1], id: bytes.subarray(0, 4), signature: bytes.subarray(4) });
  }
  return head;
}

// Who signed: undefined when the log's key did not, or when a line claims a known key and does not hold.
function signers(head: Head, keys: Keys): string[] | undefined {
  const names: string[] = [];
  let log = false;
  for (const { name, id, signature } of head.lines) {
    for (const key of keys.log)
      if ((!key.name || key.name === name) && equal(id, idOf(name, Uint8Array.of(1), key.open))) {
        if (!ed25519(key.open, head.body, signature)) return undefined;
        log = true;
        names.push(`${name} (Ed25519)`);
      }
    for (const open of keys.sm2)
      if (equal(id, idOf(name, concat(Uint8Array.of(255), utf8('sm2-sm3')), open))) {
        if (!sm2(open, head.body, signature)) return undefined;
        names.push(`${name} (SM2)`);
      }
    for (const key of keys.witness)
      if (key.name === name && equal(id, idOf(name, Uint8Array.of(4), key.open))) {
        const second = Number(new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0));
        if (!ed25519(key.open, concat(utf8(`cosignature/v1\ntime ${second}\n`), head.body), signature.subarray(8))) return undefined;
        names.push(`${name} (${new Date(second * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC)`);
      }
  }
  return log ? names : undefined;
}

const leafOf = (text: string): Uint8Array => sha256(concat(Uint8Array.of(0), utf8(text)));
const nodeOf = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(concat(Uint8Array.of(1), left, right));
function rootOf(leaves: Uint8Array[], from: number, to: number): Uint8Array {
  if (from === to) return sha256(new Uint8Array());
  if (to - from === 1) return leaves[from];
  let half = 1;
  while (half * 2 < to - from) half *= 2;
  return nodeOf(rootOf(leaves, from, from + half), rootOf(leaves, from + half, to));
}
function rootFrom(leaf: Uint8Array, index: number, size: number, proof: Uint8Array[]): Uint8Array | undefined {
  if (index >= size || (size > 1 && !proof.length)) return undefined;
  if (size === 1) return proof.length ? undefined : leaf;
  let half = 1;
  while (half * 2 < size) half *= 2;
  const left = index < half, rest = proof.slice(0, -1), last = proof[proof.length - 1];
  const own = left ? rootFrom(leaf, index, half, rest) : rootFrom(leaf, index - half, size - half, rest);
  return own && (left ? nodeOf(own, last) : nodeOf(last, own));
}

function checkExport(text: string, keys: Keys): Finding[] {
  const end = text.indexOf('\n\n'), lines = text.slice(0, end).split('\n').slice(1), leaves: Uint8Array[] = [];
  let hidden = 0;
  for (const line of lines) {
    const [type, commitment, salt, record] = line.split('\t');
    const stated = commitment ? fromBase64(commitment) : undefined;
    if (!stated || stated.length !== 32 || record === undefined) return [bad('unreadable_entry', { n: String(leaves.length) })];
    if (salt === '-' && record === '-') hidden += 1;
    else {
      const salted = fromBase64(salt), content = fromBase64(record);
      if (!salted || !content || !equal(sha256(concat(salted, content)), stated)) return [bad('changed_entry', { n: String(leaves.length), type })];
    }
    leaves.push(leafOf(`${type}\n${commitment}`));
  }
  const head = readHead(text.slice(end + 2));
  const who = head && signers(head, keys);
  if (!head) return [bad('no_head')];
  if (!who) return [bad('not_signed')];
  if (head.size !== leaves.length || !equal(rootOf(leaves, 0, leaves.length), head.root)) return [bad('other_root', { n: String(head.size), m: String(leaves.length) })];
  return [fine('export', { n: String(leaves.length), m: String(hidden), who: who.join(', ') })];
}

function checkHeads(text: string, keys: Keys): Finding[] {
  const found: Finding[] = [], roots = new Map<number, Uint8Array>();
  const parts = text.trim().split(/\n\s*\n/);
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const head = readHead(`${parts[i]}\n\n${parts[i + 1]}\n`), who = head && signers(head, keys);
    if (!head) return [bad('no_head')];
    const other = roots.get(head.size);
    if (!who) found.push(bad('not_signed'));
    else if (other && !equal(other, head.root)) found.push(bad('fork', { n: String(head.size) }));
    else found.push(fine('head', { n: String(head.size), who: who.join(', '), root: hex(head.root).slice(0, 16) }));
    roots.set(head.size, head.root);
  }
  return found.length ? found : [bad('no_head')];
}

function checkProof(text: string, keys: Keys): Finding[] {
  let proof: { index: number; leaf: string; hashes: string[]; checkpoint: string };
  try { proof = JSON.parse(text); } catch { return [bad('unreadable')]; }
  const head = typeof proof.checkpoint === 'string' ? readHead(proof.checkpoint) : undefined, who = head && signers(head, keys);
  if (!head || !Array.isArray(proof.hashes) || typeof proof.leaf !== 'string') return [bad('unreadable')];
  if (!who) return [bad('not_signed')];
  const hashes = proof.hashes.map((part) => Uint8Array.from(String(part).match(/../g) ?? [], (two) => parseInt(two, 16)));
  const root = rootFrom(leafOf(proof.leaf), proof.index, head.size, hashes);
  return root && equal(root, head.root) ? [fine('proof', { n: String(proof.index), m: String(head.size), who: who.join(', ') })] : [bad('not_in_log')];
}

const day = (days: number): string => new Date(days * 86400000).toISOString().slice(0, 10);
const hours = (minutes: number): string => (Math.floor(minutes * 100 / 60 + .5) / 100).toFixed(2);
function checkCertificate(text: string, keys: Keys, name: string): Finding[] {
  const bytes = fromBase64(text);
  if (!bytes || bytes.length !== 121 || bytes[0] !== 1 || toUrl(bytes) !== text) return [bad('unreadable')];
  const body = bytes.subarray(0, 57), view = new DataView(bytes.buffer, bytes.byteOffset);
  const known = keys.log.filter((key) => !key.name || equal(idOf(key.name, Uint8Array.of(1), key.open), body.subarray(1, 5)));
  if (!known.length) return [bad('unknown_key')];
  if (!known.some((key) => ed25519(key.open, body, bytes.subarray(57)))) return [bad('forged')];
  const number = new TextDecoder().decode(body.subarray(5, 21)).trim(), minutes = [33, 37, 41, 45].map((at) => view.getUint32(at));
  const found = [fine('certificate', { number: number.replace(/(.{4})(?=.)/g, '$1 '), issued: day(view.getInt32(21)), from: day(view.getInt32(25)), to: day(view.getInt32(29)),
                                       total: hours(minutes.reduce((sum, one) => sum + one, 0)), a: hours(minutes[0]), b: hours(minutes[1]), c: hours(minutes[2]), d: hours(minutes[3]) })];
  if (name) found.push(equal(sha256(utf8(`${number}\n${name}`)).subarray(0, 8), body.subarray(49, 57)) ? fine('name') : bad('other_name'));
  return found;
}

export function check(text: string, keys: Keys, name = ''): Finding[] {
  const plain = text.replace(/\r\n/g, '\n');
  if (!keys.log.length) return [bad('no_key')];
  if (plain.startsWith('tongxin log 1\n')) return checkExport(plain, keys);
  if (/^\s*\{/.test(plain)) return checkProof(plain, keys);
  if (plain.includes('\n— ')) return checkHeads(plain, keys);
  const code = plain.trim();
  return checkCertificate(code.slice(code.indexOf('#') + 1), keys, name.trim());
}
