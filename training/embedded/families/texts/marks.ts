/** Letters to ask about. */
export const letters = [...'abdeilmnorst'];

/** Characters between the parts of a text. */
export const separators = [',', ';', '-', '/', '|', ':', '+', '_'] as const;
