// UTF-8 for engines without TextEncoder and TextDecoder, as far as the glue uses them: whole texts,
// never streams. Unpaired surrogates and malformed bytes become U+FFFD, as in the standard.

const REPLACEMENT = 0xfffd;

class Encoder {
  encode(text) {
    const bytes = new Uint8Array(text.length * 3);
    return bytes.slice(0, this.encodeInto(text, bytes).written);
  }

  encodeInto(text, bytes) {
    let written = 0;
    for (const character of text) {
      let point = character.codePointAt(0);
      if (point >= 0xd800 && point <= 0xdfff) point = REPLACEMENT;
      if (point < 0x80) {
        bytes[written++] = point;
        continue;
      }
      const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
      bytes[written++] = [0xc0, 0xe0, 0xf0][more - 1] | (point >> (6 * more));
      for (let shift = 6 * (more - 1); shift >= 0; shift -= 6) bytes[written++] = 0x80 | ((point >> shift) & 0x3f);
    }
    return { read: text.length, written };
  }
}

class Decoder {
  decode(bytes) {
    let text = '';
    let units = [];
    let at = 0;
    while (bytes && at < bytes.length) {
      const sequence = sequenceAt(bytes, at);
      at += sequence.length;
      if (sequence.point > 0xffff) {
        units.push(0xd800 | ((sequence.point - 0x10000) >> 10), 0xdc00 | (sequence.point & 0x3ff));
      } else {
        units.push(sequence.point);
      }
      // Arguments go over the stack: hand them over in portions.
      if (units.length > 4096) {
        text += String.fromCharCode.apply(null, units);
        units = [];
      }
    }
    return text + String.fromCharCode.apply(null, units);
  }
}

function sequenceAt(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return { point: first, length: 1 };
  const more = first >= 0xf0 && first < 0xf5 ? 3 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xc2 && first < 0xe0 ? 1 : 0;
  let point = more === 0 ? 0 : first & (0x3f >> more);
  let length = 1;
  while (length <= more && (bytes[at + length] & 0xc0) === 0x80) {
    point = (point << 6) | (bytes[at + length] & 0x3f);
    length += 1;
  }
  const tooShort = length <= more || more === 0;
  const tooSmall = point < [0, 0x80, 0x800, 0x10000][more];
  if (tooShort || tooSmall || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
    return { point: REPLACEMENT, length: tooShort ? length : 1 };
  }
  return { point, length };
}

// The engine's own where it has them.
export const TextEncoder_ = typeof TextEncoder === 'function' ? TextEncoder : Encoder;
export const TextDecoder_ = typeof TextDecoder === 'function' ? TextDecoder : Decoder;
