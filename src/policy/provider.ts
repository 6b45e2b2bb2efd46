/** What computes: names of onnxruntime’s execution providers, as users type them. */
export const providerNames = ['cpu', 'webgpu', 'cuda', 'tensorrt', 'dml', 'coreml'] as const;
export type ProviderName = (typeof providerNames)[number];

/** `auto`: the fastest that passes its self-test. */
export const providerChoices = ['auto', ...providerNames] as const;
export type ProviderChoice = (typeof providerChoices)[number];
