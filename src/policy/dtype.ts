/** Number formats of the weights, the largest first. */
export const dtypes = ['fp32', 'int8', 'int4'] as const;
export type Dtype = (typeof dtypes)[number];
