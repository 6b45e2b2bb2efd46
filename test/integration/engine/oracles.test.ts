import { gradientsSuite } from '../../suites/gradients.ts';
import { logitsSuite } from '../../suites/logits.ts';
import { trainingSuite } from '../../suites/training.ts';

logitsSuite('cpu', 64);
gradientsSuite('cpu');
trainingSuite('cpu');
