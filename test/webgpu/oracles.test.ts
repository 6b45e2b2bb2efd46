import { gradientsSuite } from '../suites/gradients.ts';
import { logitsSuite } from '../suites/logits.ts';
import { trainingSuite } from '../suites/training.ts';

// Prefill chunks of 31 rows: longer ones are wrong on some devices (see the provider's self-test).
logitsSuite('webgpu', 31);
gradientsSuite('webgpu');
trainingSuite('webgpu');
