package org.vivace.cli;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.vivace.bench.LocalMachine;
import org.vivace.measure.Atomically;
import org.vivace.measure.Machine;
import org.vivace.measure.RecordFile;

/**
 * Runs the tests tagged {@code cuda} of all folders and jars of the class path, as {@code mvn test -Dgroups=cuda} does
 * where there is Maven: {@code java -cp … org.vivace.cli.CudaSuite FILE}. Its record is written after every test, since
 * a failure on a GPU may end the process.
 */
final class CudaSuite implements TestExecutionListener {

    private static final String TAG = "cuda";
    private static final String LIMIT = "60 s";

    /** A test that did not pass, and why. */
    record Outcome(String test, String why) {}

    /**
     * @param passed number of tests
     * @param running the test that has begun and not ended; empty at the end
     * @param complete whether all tests have ended
     */
    record Found(
            String kind,
            String date,
            Machine machine,
            int passed,
            List<Outcome> failed,
            List<Outcome> skipped,
            String running,
            boolean complete) {}

    private final Path file;
    private final Machine machine = LocalMachine.machine();
    private final List<Outcome> failed = new ArrayList<>();
    private final List<Outcome> skipped = new ArrayList<>();
    private int passed;
    private TestPlan plan;

    private CudaSuite(Path file) {
        this.file = file;
    }

    public static void main(String[] arguments) {
        if (arguments.length != 1) {
            System.err.println("vivace: expected the file of the record, got " + arguments.length
                    + " arguments: run org.vivace.cli.CudaSuite FILE");
            System.exit(2);
        }
        Found found = run(Path.of(arguments[0]), TAG, "org.vivace");
        System.out.println(found.passed() + " passed, " + found.failed().size() + " failed, "
                + found.skipped().size() + " skipped");
        found.failed().forEach(each -> System.out.println(each.test() + ": " + each.why()));
        System.exit(found.failed().isEmpty() ? 0 : 1);
    }

    /** Runs the tests with the tag in a package and below it. */
    static Found run(Path file, String tag, String packageName) {
        CudaSuite suite = new CudaSuite(file);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectPackage(packageName))
                .filters(EngineFilter.includeEngines("junit-jupiter"), TagFilter.includeTags(tag))
                .configurationParameter("junit.jupiter.execution.timeout.default", LIMIT)
                .build();
        LauncherFactory.create().execute(request, suite);
        return suite.write("", true);
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
        write("", false);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (test.isTest()) {
            write(name(test), false);
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skipped.add(new Outcome(name(test), reason));
    }

    /** A class or factory counts only if it did not come to its tests. */
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String why = result.getThrowable().map(CudaSuite::sentence).orElse("");
        switch (result.getStatus()) {
            case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
            case ABORTED -> skipped.add(new Outcome(name(test), why));
            case FAILED -> failed.add(new Outcome(name(test), why));
        }
        write("", false);
    }

    private static String sentence(Throwable thrown) {
        return String.valueOf(thrown).strip().replaceAll("\\s+", " ");
    }

    /** The class and the names below it. */
    private String name(TestIdentifier test) {
        return plan.getParent(test)
                .filter(parent -> parent.getParentId().isPresent())
                .map(parent -> name(parent) + " > " + test.getDisplayName())
                .orElse(test.getDisplayName());
    }

    private Found write(String running, boolean complete) {
        Found found = new Found(
                "cuda-suite",
                RecordFile.now(),
                machine,
                passed,
                List.copyOf(failed),
                List.copyOf(skipped),
                running,
                complete);
        Atomically.write(file, RecordFile.toJson(found));
        return found;
    }
}
