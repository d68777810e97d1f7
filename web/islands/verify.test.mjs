// The offline check's own arithmetic against Node's: hashes over many lengths, Ed25519, the standards' examples of SM2 and
// SM3, and every bit of a certificate bent.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
let folder, sums, log;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-'));
  await build({ entryPoints: [join(here, 'verify_crypto.ts'), join(here, 'verify_log.ts')], bundle: true, format: 'esm', outdir: folder, outExtension: { '.js': '.mjs' } });
  sums = await import(pathToFileURL(join(folder, 'verify_crypto.mjs')));
  log = await import(pathToFileURL(join(folder, 'verify_log.mjs')));
});
after(() => rm(folder, { recursive: true, force: true }));
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const bytes = (text) => Uint8Array.from(Buffer.from(text, 'hex'));

test('SHA-256, SHA-512 and SM3 of every length up to 300', () => {
  for (let length = 0; length <= 300; length += 1) {
    const message = randomBytes(length);
    assert.equal(hex(sums.sha256(message)), createHash('sha256').update(message).digest('hex'));
    assert.equal(hex(sums.sha512(message)), createHash('sha512').update(message).digest('hex'));
    assert.equal(hex(sums.sm3(message)), createHash('sm3').update(message).digest('hex'));
  }
});

test('Ed25519 signatures of Node hold, bent ones do not', () => {
  for (let round = 0; round < 8; round += 1) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32), message = randomBytes(round * 30), made = sign(null, message, privateKey);
    assert.equal(sums.ed25519(key, message, made), true);
    made[round * 7] ^= 1;
    assert.equal(sums.ed25519(key, message, made), false);
  }
});

test('the example of GB/T 32918.5', () => {
  const key = bytes('0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13');
  const made = bytes('f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa');
  const message = new TextEncoder().encode('message digest');
  assert.equal(sums.sm2(key, message, made), true);
  made[40] ^= 4;
  assert.equal(sums.sm2(key, message, made), false);
});

test('a certificate with any bit bent does not hold', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const open = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const body = Buffer.alloc(57, 0);
  body[0] = 1;
  createHash('sha256').update(Buffer.concat([Buffer.from('r/log\n\u0001'), open])).digest().copy(body, 1, 0, 4);
  body.write('A1B2C3D4E5F6G7H8', 5);
  body.writeInt32BE(20781, 21);
  const text = Buffer.concat([body, sign(null, body, privateKey)]);
  const kind = Buffer.concat([Buffer.from([1]), open]);
  const id = createHash('sha256').update(Buffer.concat([Buffer.from('r/log\n'), kind])).digest('hex').slice(0, 8);
  const keys = log.readKeys(`log r/log+${id}+${kind.toString('base64')}`);
  assert.equal(keys.log.length, 1);
  const holds = (raw) => log.check(`https://x/v/1#${raw.toString('base64url')}`, keys)[0];
  assert.equal(holds(text).good, true);
  assert.equal(holds(text).values.number, 'A1B2 C3D4 E5F6 G7H8');
  for (let bit = 0; bit < text.length * 8; bit += 5) {
    const bent = Buffer.from(text);
    bent[bit >> 3] ^= 1 << (bit & 7);
    assert.equal(holds(bent).good, false, `bit ${bit}`);
  }
});
