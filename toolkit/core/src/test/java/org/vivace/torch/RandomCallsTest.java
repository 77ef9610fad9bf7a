package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.contract.JavaProcess;

/**
 * Whatever the public functions of this package are called with, and DJL's operations on bf16 arrays, the JVM goes on
 * and an error is a Java exception with a message. {@code -Dcalls=10000 -Dseed=3} make more and others.
 */
class RandomCallsTest {

    private static final int CALLS = Integer.getInteger("calls", 1500);
    private static final long SEED = Long.getLong("seed", 1);

    @TempDir
    private Path folder;

    @Test
    void noCallEndsTheJvm() throws Exception {
        Path output = folder.resolve("output");
        // An exception that is thrown often would else come without its message, from the second compiler.
        List<String> options = List.of(
                "-Xmx512m",
                "-XX:-OmitStackTraceInFastThrow",
                "-XX:ErrorFile=" + folder.resolve("abort"),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
        Process process = JavaProcess.of(options, RandomCalls.class, String.valueOf(CALLS), String.valueOf(SEED))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(60 + CALLS / 20, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        List<String> lines = Files.readAllLines(output);
        String last = String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
        assertThat(ended).as("a call that does not end: " + last).isTrue();
        assertThat(process.exitValue()).as(last).isZero();
        assertThat(last).contains("calls survived: " + CALLS);
        int refused = Integer.parseInt(last.substring(last.lastIndexOf(' ') + 1).strip());
        assertThat(refused).as("some calls go well and some do not").isBetween(CALLS / 10, CALLS * 9 / 10);
    }

    @Test
    void everyKernelAndManyOperationsAreAmongTheCalls() throws Exception {
        assertThat(RandomCalls.functions())
                .extracting(method -> method.getDeclaringClass().getSimpleName() + "." + method.getName())
                .contains("Attention.masked", "FusedUpdate.adam", "NewtonSchulz.update", "Norms.layer", "Copy.into");
        assertThat(RandomCalls.operations())
                .extracting(Method::getName)
                .contains("softmax", "cumProd", "toType", "matMul");
    }
}
