/**
 * How a file's bytes are its characters. `latin1` stands for every 8-bit encoding that is not UTF-8: each byte is one
 * character, so that reading and writing is lossless whatever the bytes really mean.
 */
export type Encoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'latin1';

export const byteOrderMarks: Readonly<Record<Encoding, readonly number[]>> = {
  'utf-8': [],
  'utf-8-bom': [0xef, 0xbb, 0xbf],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
  latin1: [],
};
