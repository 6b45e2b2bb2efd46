/** Number format of the weights. */
export type Dtype = 'fp32' | 'int8' | 'int4';
