import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';

/** A file of this many characters holds several hundred thousand tests; a larger one is not read. */
const maximumCharacters = 64 * 1024 * 1024;
const maximumDepth = 60;

/** With `preserveOrder`, an element is an object with its name as only key, and its attributes under ':@'. */
export type XmlNode = Readonly<Record<string, unknown>>;
const attributesKey = ':@';
const textKey = '#text';
const cdataKey = '#cdata';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  cdataPropName: cdataKey,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // Entities are decoded here, from a fixed table, so that no document can define one.
  processEntities: false,
  maxNestedTags: maximumDepth,
  // What tests print is neither wanted nor worth parsing.
  stopNodes: ['..system-out', '..system-err', '..StdOut', '..StdErr'],
});

/** @returns the nodes beside and including the root; undefined when the text is not complete XML, or too large or deep */
export function parseXml(xml: string): readonly XmlNode[] | undefined {
  if (xml.length > maximumCharacters || XMLValidator.validate(xml) !== true) return undefined;
  try {
    const all = nodes(parser.parse(xml));
    // The validator lets several roots pass when they are empty.
    const roots = all.filter((node) => !(textKey in node) && !Object.keys(node).some((name) => name.startsWith('?')));
    return roots.length === 1 ? all : undefined;
  } catch {
    // Nested too deeply, or with a name that the parser refuses.
    return undefined;
  }
}

/** Child elements of this name. */
export function children(element: XmlNode, parent: string, name: string): readonly XmlNode[] {
  return nodes(element[parent]).filter((child) => Object.hasOwn(child, name));
}

export function nodes(value: unknown): readonly XmlNode[] {
  return Array.isArray(value) ? value.filter((node): node is XmlNode => typeof node === 'object' && node !== null) : [];
}

/** The text directly in an element. */
export function textIn(element: XmlNode, name: string): string {
  return nodes(element[name]).map(textOf).join('');
}

function textOf(node: XmlNode): string {
  const text = node[textKey];
  if (typeof text === 'string') return decode(text);
  // A CDATA section is an element around a text that is taken as it is.
  return nodes(node[cdataKey])
    .map((inner) => String(inner[textKey] ?? ''))
    .join('');
}

const attributes = z.record(z.string(), z.unknown());

/** '' when it is absent. */
export function attribute(element: XmlNode, name: string): string {
  const all = attributes.safeParse(element[attributesKey]);
  const value = all.success && Object.hasOwn(all.data, name) ? all.data[name] : undefined;
  return typeof value === 'string' ? decode(value) : '';
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Decodes the five entities of XML and character references, once; everything else stays as it is. */
function decode(value: string): string {
  if (!value.includes('&')) return value;
  return value.replaceAll(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g, (all, name, decimal, hex) => {
    if (name !== undefined) return named[name] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number.parseInt(decimal, 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
