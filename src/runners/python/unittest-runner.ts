/**
 * Runs `unittest` and writes what happened to a file outside the workspace: the text that `unittest -v` prints could as
 * well be printed by the code under test. The report appears by renaming, at the very end, so a process that ends early
 * leaves none.
 *
 * Arguments: report, selection ('' = all; else a file with a JSON list of keys as in the report: file, class, method).
 * Discovery is that of `python -m unittest`, and also of `tests` and `test` when they are not packages, where
 * `python -m unittest discover -s tests` is the custom.
 */
export const unittestRunner = String.raw`
import json, os, sys, time, traceback, unittest

report_path, selection_path = sys.argv[1], sys.argv[2]
sys.argv = ['python -m unittest']
sys.path[0] = os.getcwd()
# Taken now: the code under test may put something else in their places.
_rename, _open, _dumps, _format = os.replace, open, json.dumps, traceback.TracebackException

LIMIT = 20000
# unittest leaves frames of modules with this mark out of its traces.
__unittest = True


def shorten(text):
    return text if len(text) <= 2 * LIMIT else text[:LIMIT] + '\n...\n' + text[-LIMIT:]


def key(test):
    cls = type(test)
    file = getattr(sys.modules.get(cls.__module__), '__file__', None)
    method = getattr(test, '_testMethodName', None)
    return [
        os.path.realpath(file) if isinstance(file, str) else '',
        cls.__qualname__,
        method if isinstance(method, str) else str(test),
    ]


def describe(err):
    kind, value, tb = err
    while tb is not None and '__unittest' in tb.tb_frame.f_globals:
        tb = tb.tb_next
    try:
        told = _format(kind, value, tb)
        # The assert methods of unittest itself only clutter the trace.
        told.stack = type(told.stack).from_list([f for f in told.stack if os.sep + 'unittest' + os.sep not in f.filename])
        message = ''.join(told.format_exception_only())
        trace = ''.join(told.format())
    except Exception as broken:
        message, trace = kind.__name__, 'could not be formatted: ' + type(broken).__name__
    return shorten(message), shorten(trace)


class Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.found = []
        self.problems = []
        self.current = None

    def startTest(self, test):
        super().startTest(test)
        self.current = {'key': key(test), 'status': None}
        self.started = time.perf_counter()

    def stopTest(self, test):
        super().stopTest(test)
        current, self.current = self.current, None
        if type(test).__name__ == '_FailedTest':
            self.problems.append({'where': current['key'][2], 'message': current.get('trace', '')})
            return
        current['milliseconds'] = (time.perf_counter() - self.started) * 1000
        current['status'] = current['status'] or 'passed'
        self.found.append(current)

    def mark(self, test, status, err=None):
        if self.current is None:
            # setUpClass, setUpModule and their like report without a running test.
            if err is not None:
                self.problems.append({'where': str(test), 'message': describe(err)[1]})
            else:
                self.found.append({'key': ['', type(test).__qualname__, str(test)], 'status': status})
            return
        # The first trouble counts: an error in tearDown does not replace the failure that came before.
        if self.current['status'] == 'failed':
            return
        self.current['status'] = status
        if err is not None:
            self.current['message'], self.current['trace'] = describe(err)

    def addError(self, test, err):
        super().addError(test, err)
        self.mark(test, 'failed', err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.mark(test, 'failed', err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.mark(test, 'skipped')

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.mark(test, 'skipped')

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.mark(test, 'failed')
        if self.current is not None:
            self.current['message'] = 'The test passed, but was expected to fail.'

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.mark(test, 'failed', err)


def discovered():
    suites = [unittest.TestLoader().discover('.')]
    for name in ('tests', 'test'):
        if os.path.isdir(name) and not os.path.exists(os.path.join(name, '__init__.py')):
            suites.append(unittest.TestLoader().discover(name))
    return unittest.TestSuite(suites)


def chosen(suite, wanted):
    kept = unittest.TestSuite()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.addTest(chosen(test, wanted))
        elif type(test).__name__ == '_FailedTest' or tuple(key(test)) in wanted:
            kept.addTest(test)
    return kept


suite = discovered()
if selection_path:
    with _open(selection_path, encoding='utf-8') as file:
        suite = chosen(suite, set(map(tuple, json.load(file))))
result = Result()
suite.run(result)
text = _dumps({'complete': True, 'tests': result.found, 'problems': result.problems})
with _open(report_path + '.part', 'w', encoding='utf-8') as file:
    file.write(text)
_rename(report_path + '.part', report_path)
sys.exit(0 if result.wasSuccessful() else 1)
`;
