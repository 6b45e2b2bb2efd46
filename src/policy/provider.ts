/** What computes: names of onnxruntime’s execution providers, as users type them. */
export type ProviderName = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

/** `auto`: the fastest that passes its self-test. */
export type ProviderChoice = 'auto' | ProviderName;
