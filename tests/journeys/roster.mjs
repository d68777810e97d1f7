// Rosters as a leader would send them: a real .xlsx (zip of XML, stored) and a CSV in GB18030.
import * as zlib from 'node:zlib';

const crc32 = zlib.crc32;   // absent before Node 22: crcOf below

const kHome = '640104001002';
export function rows(count, bad) {
  const list = [['姓名', '手机号', '身份证号', '社区代码', '技能']];
  const every = Math.floor(count / bad);
  for (let i = 0; i < count; ++i) {
    const row = ['王建国', `1990001${String(1000 + i)}`, '', kHome, ''];
    if (i % every === every - 1) {
      const kind = Math.floor(i / every) % 4;
      if (kind === 0) row[0] = '';
      if (kind === 1) row[1] = '12345';
      if (kind === 2) row[3] = '640199999999';
      if (kind === 3) row[2] = '640104199001011234';
    }
    list.push(row);
  }
  return list;
}
export const rosterCsv = (count, bad) => {
  // The few Chinese letters that occur, in GB18030; everything else is ASCII.
  const gb = { 姓: 'd0d5', 名: 'c3fb', 手: 'cad6', 机: 'bbfa', 号: 'bac5', 身: 'c9ed', 份: 'b7dd', 证: 'd6a4', 社: 'c9e7', 区: 'c7f8', 代: 'b4fa', 码: 'c2eb', 技: 'bcbc', 能: 'c4dc', 王: 'cdf5', 建: 'bda8', 国: 'b9fa' };
  return Buffer.concat([...rows(count, bad).map((r) => r.join(',')).join('\r\n')].map((c) => (gb[c] ? Buffer.from(gb[c], 'hex') : Buffer.from(c, 'ascii'))));
};
function zip(files) {
  const parts = [], index = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text), file = Buffer.from(name), head = Buffer.alloc(30);
    const sum = crc32 ? crc32(data) : crcOf(data);
    head.writeUInt32LE(0x04034b50, 0); head.writeUInt16LE(20, 4); head.writeUInt32LE(sum, 14); head.writeUInt32LE(data.length, 18); head.writeUInt32LE(data.length, 22); head.writeUInt16LE(file.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0); entry.writeUInt16LE(20, 4); entry.writeUInt16LE(20, 6); entry.writeUInt32LE(sum, 16); entry.writeUInt32LE(data.length, 20); entry.writeUInt32LE(data.length, 24); entry.writeUInt16LE(file.length, 28); entry.writeUInt32LE(at, 42);
    parts.push(head, file, data);
    index.push(entry, file);
    at += 30 + file.length + data.length;
  }
  const directory = Buffer.concat(index), end = Buffer.alloc(22), count = Object.keys(files).length;
  end.writeUInt32LE(0x06054b50, 0); end.writeUInt16LE(count, 8); end.writeUInt16LE(count, 10); end.writeUInt32LE(directory.length, 12); end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}
function crcOf(data) {
  let c = ~0;
  for (const byte of data) { c ^= byte; for (let k = 0; k < 8; ++k) c = (c >>> 1) ^ (0xedb88320 & -(c & 1)); }
  return ~c >>> 0;
}
export function rosterXlsx(count, bad) {
  const cell = (text, r, c) => `<c r="${String.fromCharCode(65 + c)}${r + 1}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const sheet = rows(count, bad).map((row, r) => `<row r="${r + 1}">${row.map((t, c) => cell(t, r, c)).join('')}</row>`).join('');
  return zip({
    '[Content_Types].xml': '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    '_rels/.rels': '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    'xl/workbook.xml': '<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${sheet}</sheetData></worksheet>`,
  });
}
