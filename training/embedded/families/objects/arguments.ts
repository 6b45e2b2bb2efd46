/** The group of all families of objects. */
export const objectGroup = 'object-pipelines';

/** Names for a list of rows. */
export const rowArgs = [['rows'], ['entries'], ['items'], ['people'], ['orders'], ['records'], ['list']];
